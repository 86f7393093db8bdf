package org.plumbline.verification.laws;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/**
 * Laws of factors, bases and inverses where scales are extreme. Their tolerances are relative to norms, and so the
 * same laws must hold: what errs by rounding relative to a wrong norm, or divides by an eigenvalue without its
 * damping, fails here.
 */
class ExtremeScaleLawsTest {

    @Property(tries = 30)
    @Tag("law-18")
    void factorsAreSecondMoments(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new KroneckerLawsTest().factorsAreSecondMoments(setting);
    }

    @Property(tries = 30)
    @Tag("law-22")
    void distancesArePythagorean(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new KroneckerLawsTest().distancesArePythagorean(setting);
    }

    @Property(tries = 30)
    @Tag("law-23")
    void eigenvaluesAreTheDiagonalInTheBasis(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new KroneckerLawsTest().eigenvaluesAreTheDiagonalInTheBasis(setting);
    }

    @Property(tries = 30)
    @Tag("law-24")
    void eigenvaluesAreMajorized(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new KroneckerLawsTest().eigenvaluesAreMajorized(setting);
    }

    @Property(tries = 30)
    @Tag("law-27")
    void kfacInverseIsTheDenseSolve(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new InverseLawsTest().kfacInverseIsTheDenseSolve(setting);
    }

    @Property(tries = 30)
    @Tag("law-27")
    void ekfacInverseIsTheDenseSolve(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new InverseLawsTest().ekfacInverseIsTheDenseSolve(setting);
    }

    @Property(tries = 30)
    @Tag("law-28")
    void eigenbasesDiagonalize(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new InverseLawsTest().eigenbasesDiagonalize(setting);
    }

    @Property(tries = 30)
    @Tag("law-29")
    void inverseUndoesTheProduct(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new InverseLawsTest().inverseUndoesTheProduct(setting);
    }

    @Property(tries = 30)
    @Tag("law-40")
    void scoresOfASetWithItselfAreAGramMatrix(@ForAll(supplier = Perceptrons.ExtremeScales.class) Setting setting) {
        new InfluenceLawsTest().scoresOfASetWithItselfAreAGramMatrix(setting);
    }
}
