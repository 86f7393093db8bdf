package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.audit.files.FactorClaims;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.FactorTensor;
import org.plumbline.influence.Convention;
import org.plumbline.influence.Convention.Positions;
import org.plumbline.model.TrackedLayer;

/** What explains the factors of a set, given the model and the data. */
public final class FactorDiagnosis {
    private final FactorSet factors;
    private final List<FactorModule> modules;
    private final Evidence evidence;
    private final FactorClaims claims;
    private final Convention claimed;
    private final double agreement;

    /**
     * @param modules of the factors, one for each layer of the evidence
     * @param agreement the relative difference that the files' precision allows
     */
    public FactorDiagnosis(FactorSet factors, List<FactorModule> modules, Evidence evidence, double agreement) {
        this.factors = factors;
        this.modules = List.copyOf(modules);
        this.evidence = evidence;
        this.claims = factors.claims();
        this.claimed = claims.convention().orElse(Convention.kronfluence(Convention.RELATIVE));
        this.agreement = agreement;
    }

    /** A finding for each quantity that the files have. */
    public List<Finding> find() {
        List<Finding> findings = new ArrayList<>();
        Positions positions = claimed.positions();
        Optional<double[][]> a = all(FactorTensor.ACTIVATION_COVARIANCE);
        if (a.isPresent()) {
            Finding finding = new ActivationSearch(evidence, new Matcher(a.get(), agreement), claimed).find();
            findings.add(finding);
            positions = finding.best().traits().positions().orElse(positions);
        }
        Positions counted = positions;
        all(FactorTensor.GRADIENT_COVARIANCE).ifPresent(s -> findings.add(new GradientSearch(
                evidence, new Matcher(s, agreement), claims, claimed, counted).find()));
        Optional<double[][]> lambda = all(FactorTensor.LAMBDA);
        Optional<List<Basis>> bases = bases();
        if (lambda.isPresent() && bases.isPresent() && fits()) {
            findings.add(new MomentSearch(evidence, new Matcher(lambda.get(), agreement), claims, claimed, bases.get(),
                    products()).find());
        }
        return findings;
    }

    private boolean fits() {
        for (int l = 0; l < modules.size(); l++) {
            TrackedLayer layer = evidence.layers().get(l);
            if (modules.get(l).columns() != layer.columns() || modules.get(l).rows() != layer.outputs()) {
                return false;
            }
        }
        return true;
    }

    private Optional<double[][]> all(FactorTensor kind) {
        if (!factors.has(kind)) {
            return Optional.empty();
        }
        return Optional.of(modules.stream().map(module -> factors.tensor(module, kind).orElseThrow())
                .toArray(double[][]::new));
    }

    private Optional<List<Basis>> bases() {
        Optional<double[][]> q = all(FactorTensor.ACTIVATION_EIGENVECTORS);
        Optional<double[][]> p = all(FactorTensor.GRADIENT_EIGENVECTORS);
        if (q.isEmpty() || p.isEmpty()) {
            return Optional.empty();
        }
        List<Basis> bases = new ArrayList<>();
        for (int l = 0; l < modules.size(); l++) {
            bases.add(new Basis(modules.get(l).rows(), modules.get(l).columns(), p.get()[l], q.get()[l]));
        }
        return Optional.of(bases);
    }

    private Optional<double[][]> products() {
        Optional<double[][]> a = all(FactorTensor.ACTIVATION_EIGENVALUES);
        Optional<double[][]> s = all(FactorTensor.GRADIENT_EIGENVALUES);
        if (a.isEmpty() || s.isEmpty()) {
            return Optional.empty();
        }
        double[][] products = new double[modules.size()][];
        for (int l = 0; l < products.length; l++) {
            double[] own = new double[a.get()[l].length * s.get()[l].length];
            for (int i = 0; i < own.length; i++) {
                own[i] = s.get()[l][i / a.get()[l].length] * a.get()[l][i % a.get()[l].length];
            }
            products[l] = own;
        }
        return Optional.of(products);
    }
}
