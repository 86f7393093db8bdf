package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.Models;
import org.plumbline.verification.laws.Rounding;
import org.plumbline.verification.laws.Setting;
import org.plumbline.verification.laws.Transformers;

/** The objective that influence linearizes, and its minimizers. */
class ProximalBregmanLawsTest {

    /** The gradient vanishes at {@code θ_s}, and the Hessian there is {@code G + λ}. */
    @Property(tries = 20)
    @Tag("law-37")
    void objectiveIsStationaryWithGaussNewtonCurvature(@ForAll(supplier = Models.Smooth.class) Setting setting) {
        Response response = new Response(setting);
        double[] zero = new double[setting.space().dimension()];
        double[] v = setting.vector("v", zero.length);
        double[] expected = ExactCurvature.gaussNewton(setting.objective(), setting.space(), Setting.COMPUTE).apply(v);
        double[] lambda = response.damping.diagonal(setting.space());
        for (int i = 0; i < expected.length; i++) {
            expected[i] += lambda[i] * v[i];
        }
        assertWithin("∇P", zero, response.objective.gradient(zero, 0),
                Rounding.SAME * Vectors.norm(setting.gradients()[0]));
        assertWithin("∇²P v", expected, response.objective.hessianProduct(zero, 0, v),
                Rounding.SAME * Vectors.norm(expected));
        assertWithin("P", 0, response.objective.value(zero, 0), Rounding.of(1e4, 1));
    }

    /**
     * {@code (f(θ(ε)) − f(θ(−ε))) / 2ε} differs from the formula by at most a constant times {@code ε²}, and the
     * one-sided quotient by at most a constant times {@code ε}. Two steps give the constant, with a factor of 4 for the
     * terms of higher order; steps a quarter, an eighth and a sixteenth as long are held to it. A wrong formula leaves
     * an error {@code e} of one size at all steps, so that the constants are {@code 4e/h²} and {@code 2e/h}; at the
     * last step {@code e/16} and {@code e/2} are allowed.
     */
    @Property(tries = 15)
    @Tag("law-38")
    void responsesConvergeToTheFormula(@ForAll(supplier = Models.Smooth.class) Setting setting) {
        Response response = new Response(setting);
        double h = response.step();
        double central = 0;
        double oneSided = 0;
        for (double step : new double[] {h, h / 2}) {
            central = Math.max(central, Math.abs(response.centralError(step)) / (step * step));
            oneSided = Math.max(oneSided, Math.abs(response.oneSidedError(step)) / step);
        }
        for (double step : new double[] {h / 4, h / 8, h / 16}) {
            assertWithin("central difference, step " + step, 0, response.centralError(step),
                    4 * central * step * step + response.rounding(step));
            assertWithin("one-sided difference, step " + step, 0, response.oneSidedError(step),
                    4 * oneSided * step + response.rounding(step));
        }
    }

    /** Positive influence is what raises {@code f} when the sequence is added. */
    @Property(tries = 15)
    @Tag("law-38")
    void addingASequenceRaisesItsOwnLikelihood(@ForAll(supplier = Models.Smooth.class) Setting setting) {
        Response response = new Response(setting, setting.examples().getFirst());
        if (Vectors.norm(setting.gradients()[0]) == 0) {
            return;
        }
        double h = response.unitStep() / 8;
        assertTrue(response.influence > 0, "self-influence");
        assertTrue(response.measured(h) > response.measured(0), "adding a sequence lowers its own likelihood");
    }

    /** On one fixed model the orders themselves: halving the step divides the error by 4, and by 2 one-sided. */
    @Property(tries = 1)
    @Tag("law-38")
    void ordersOfConvergence() {
        Response response = new Response(new Transformers.Tiny().of(4));
        double h = response.unitStep() / 4;
        double central = response.centralError(h) / response.centralError(h / 2);
        double oneSided = response.oneSidedError(h) / response.oneSidedError(h / 2);
        // The next term of either series is smaller by h² or h, of which the unit step makes a few per cent.
        assertWithin("ratio of central errors", 4, central, 0.2);
        assertWithin("ratio of one-sided errors", 2, oneSided, 0.2);
    }

    /** The response of one query to adding the first sequence, and what the formula says of it. */
    private static final class Response {
        final Damping damping;
        final ProximalBregmanObjective objective;
        final double influence;
        private final Setting setting;
        private final Example query;
        private final double[] direction;
        private final double largestGradient;

        Response(Setting setting) {
            this(setting, setting.examples().getLast());
        }

        Response(Setting setting, Example query) {
            this.setting = setting;
            this.query = query;
            this.damping = Damping.relative(setting.space(), 0.5, setting.gaussNewton().diagonal());
            Example added = setting.examples().getFirst();
            this.objective = new ProximalBregmanObjective(
                    setting.objective(), setting.space(), damping, added, Setting.COMPUTE);
            double[][] gradients = new Gradients(setting.objective(), setting.space(), Setting.COMPUTE)
                    .of(List.of(query, added));
            this.direction = Dense.times(-1, DenseInverse.of(setting.gaussNewton(), damping).apply(gradients[1]));
            this.influence = Vectors.dot(Dense.times(-1, gradients[0]), direction);
            this.largestGradient = Math.max(Vectors.norm(gradients[0]), Vectors.norm(gradients[1]));
        }

        /** The step that moves the parameters by 0.05 to first order. */
        double unitStep() {
            return 0.05 / Math.max(Vectors.norm(direction), 1e-3);
        }

        /**
         * The unit step, or the first half of it and so on at which both searches end near the first-order answer:
         * {@code ε < 0} rewards a loss, and further out the search may end in another minimum than the one that
         * {@code δ = 0} moves to.
         */
        double step() {
            double h = unitStep();
            while (strays(h) || strays(-h)) {
                h /= 2;
            }
            return h;
        }

        private boolean strays(double epsilon) {
            double[] displacement = ProximalBregmanResponse.minimize(objective, epsilon, 1e-11).displacement();
            return Vectors.norm(displacement) > 2 * Math.abs(epsilon) * Vectors.norm(direction);
        }

        /** {@code f(θ(ε))}. */
        double measured(double epsilon) {
            double[] displacement = new double[setting.space().dimension()];
            if (epsilon != 0) {
                displacement = ProximalBregmanResponse.minimize(objective, epsilon, 1e-11).displacement();
            }
            Parameters there = objective.parameters(displacement);
            Objective moved = new Objective(setting.model(), there, List.of(query));
            Executable run = Setting.COMPUTE.engine().compile(
                    setting.model().loss(query.length()), Precision.DOUBLE);
            run.bindPresent(moved.parameters().storages());
            run.bindPresent(query.storages(Precision.DOUBLE));
            run.run();
            return -run.scalar(Model.LOSS);
        }

        double centralError(double h) {
            return (measured(h) - measured(-h)) / (2 * h) - influence;
        }

        double oneSidedError(double h) {
            return (measured(h) - measured(0)) / h - influence;
        }

        /**
         * What does not fall with the step: the rounding of {@code f}, of order 10 and a few thousand operations, and
         * the gradient left by the minimization, both divided by the step.
         */
        double rounding(double h) {
            double left = 1e-11 * h * largestGradient + Rounding.of(1e4, largestGradient);
            return (Rounding.of(1e4, 10) + left * largestGradient / damping.smallest()) / h;
        }
    }
}
