package org.plumbline.verification.path;

import java.util.List;

/**
 * A mistake in the source of a class that {@code fit}, {@code query} and {@code scores} run.
 *
 * @param number as in the table of mistakes, such as {@code M1}; or what it is confined to, such as {@code one family}
 * @param description what is wrong
 * @param type simple name of the class
 * @param find text that occurs once in its source
 * @param replace text that takes its place
 * @param properties that notice it, by {@code class#method}
 */
record PlantedMistake(
        String number, String description, String type, String find, String replace, List<String> properties) {

    private static final String FACTORS = "PathPropertiesTest#factorsAreTheirDefinition";
    private static final String MOMENTS = "PathPropertiesTest#secondMomentsAreTheirDefinition";
    private static final String CURVATURES = "PathPropertiesTest#curvaturesAreTheirDefinition";
    private static final String QUERIES = "PathPropertiesTest#queriesAreDenseSolves";
    private static final String SCORES = "PathPropertiesTest#scoresAreProductsWithGradients";
    private static final String TOKENS = "PathPropertiesTest#tokensSumToTheScore";
    private static final String NULL = "PathPropertiesTest#layersWithoutCurvatureContributeNothing";
    private static final String UNBIASED =
            "PathPropertiesTest#sampledEigenvaluesAreUnbiasedInTheirBasis";
    private static final String SELF = "PathPropertiesTest#selfInfluenceIsADenseSolve";

    private static final String STRATEGIES = "StrategiesTest#storedStrategiesAreTheirDefinitions";

    static List<PlantedMistake> all() {
        return List.of(
                of("M1", "eigenvectors transposed on the way back", "Rotation",
                        "return b.matmul(qs(b, block), false, b.matmul(v, false, qa(b, block), true), false);",
                        "return b.matmul(qs(b, block), true, b.matmul(v, qa(b, block)), false);",
                        QUERIES, "InverseLawsTest#ekfacInverseIsTheDenseSolve"),
                of("M1", "eigenvectors transposed where tokens are rotated", "Rotation",
                        "b.matmul(b.matmul(tokens.gradients(), qs), true,",
                        "b.matmul(b.matmul(tokens.gradients(), false, qs, true), true,",
                        MOMENTS, "KroneckerLawsTest#eigenvaluesAreTheDiagonalInTheBasis"),
                of("M1", "eigenvectors transposed where gradients are rotated", "Rotation",
                        "return b.matmul(qs(b, block), true, b.matmul(v, qa(b, block)), false);",
                        "return b.matmul(qs(b, block), false, b.matmul(v, qa(b, block)), false);",
                        MOMENTS, "InverseLawsTest#kfacInverseIsTheDenseSolve"),
                of("M2", "the bias of a query read from behind `vec(W)`", "QueryContraction",
                        "matrix[o * layer.columns() + layer.inputs()]",
                        "matrix[layer.outputs() * layer.inputs() + o]", SCORES),
                of("M2", "the ones column at the front of the extended inputs", "LayerTokens",
                        "b.concatenate(inputs, b.fill(1, Shape.of(batch(), length(), 1)), 2)",
                        "b.concatenate(b.fill(1, Shape.of(batch(), length(), 1)), inputs, 2)",
                        MOMENTS, "KroneckerLawsTest#eigenvaluesAreTheDiagonalInTheBasis"),
                of("M3", "multiplied by `Λ + λ` instead of divided", "Damping",
                        "reciprocals[j] = 1 / divisor;", "reciprocals[j] = divisor;",
                        QUERIES, SELF, "InverseLawsTest#ekfacInverseIsTheDenseSolve",
                        "InfluenceLawsTest#strongDampingLeavesTheGradients"),
                of("M4", "the first layer's `λ` used for all layers", "Damping",
                        "double divisor = diagonal[j] + perBlock[i];", "double divisor = diagonal[j] + perBlock[0];",
                        QUERIES, "InverseLawsTest#ekfacInverseIsTheDenseSolve"),
                of("M4", "damping accumulates from layer to layer", "Damping",
                        "perBlock[i] = factor * sum / space.blocks().get(i).size();",
                        "perBlock[i] = (i == 0 ? 0 : perBlock[i - 1]) + factor * sum / space.blocks().get(i).size();",
                        CURVATURES),
                of("M5", "training labels instead of the model's, whatever is asked for", "FactorFit",
                        "this.labels = labels;", "this.labels = new FisherLabels.Training();",
                        FACTORS, MOMENTS, "FisherLawsTest#independentSignsAreUnbiased"),
                of("M5", "random signs left out: one backward pass of rank one", "Likelihood",
                        "gradient[c] = random.nextBoolean() ? Math.sqrt(mean[c]) : -Math.sqrt(mean[c]);",
                        "gradient[c] = Math.sqrt(mean[c]);",
                        MOMENTS, "FisherLawsTest#independentSignsAreUnbiased"),
                of("M6", "second moments squared token by token", "FactorFit",
                        "squares(tokens.b(), tokens.wholeGradients())",
                        "tokens.b().sum(tokens.b().matmul(tokens.b().multiply(tokens.gradients(), tokens.gradients()),"
                                + " true, tokens.b().multiply(tokens.extended(), tokens.extended()), false), 0, 1)",
                        MOMENTS, "FisherLawsTest#independentSignsAreUnbiased"),
                of("M7", "padding counted in `A`", "LayerTokens",
                        "return fed.map(mask -> b.multiply(inputs, b.alongRows(mask, inputs))).orElse(inputs);",
                        "return inputs;", FACTORS, "KroneckerLawsTest#factorsAreSecondMoments",
                        "InvarianceLawsTest#paddingOnTheRight"),
                of("M7", "padding counted among the fed positions", "FactorFit",
                        "mapToInt(Example::fedPositions)", "mapToInt(Example::length)",
                        FACTORS, "InvarianceLawsTest#paddingOnTheRight"),
                of("M7", "the mask of a padded batch left out", "Batch",
                        "boolean padded = masked || examples.stream()"
                                + ".anyMatch(example -> example.fedPositions() < length);",
                        "boolean padded = false;", FACTORS, SCORES, "InvarianceLawsTest#paddingOnTheLeft"),
                of("M8", "the gradient of a micro-batch squared, and not each sequence's", "FactorFit",
                        "return b.sum(b.multiply(gradients, gradients), 0, 1);",
                        "return b.multiply(b.sum(gradients, 0, 1), b.sum(gradients, 0, 1));",
                        MOMENTS, "KroneckerLawsTest#eigenvaluesAreTheDiagonalInTheBasis",
                        "InvarianceLawsTest#partitionOfData"),
                of("M8", "`S` divided by sequences and not by fed positions", "FactorFit",
                        "unpack(sums.get(gradients(layer)), layer.outputs(), 1 / fed,",
                        "unpack(sums.get(gradients(layer)), layer.outputs(), 1 / sums.get(SEQUENCES)[0],", FACTORS),
                of("M8", "`Λ` divided by micro-batches and not by sequences", "FactorFit",
                        "first -> part.get(SEQUENCES)[0] += batch.examples().size(),",
                        "first -> part.get(SEQUENCES)[0] += 1,",
                        MOMENTS, "KroneckerLawsTest#eigenvaluesAreTheDiagonalInTheBasis"),
                of("M9", "the corner of `A` left empty", "FactorFit",
                        "activation[last * layer.columns() + last] = 1;",
                        "activation[last * layer.columns() + last] = 0;",
                        FACTORS, "KroneckerLawsTest#factorsAreSecondMoments"),
                of("M9", "the ones column of `A` left empty", "FactorFit",
                        "double mean = sums.get(inputSum(layer))[i] / fed;", "double mean = 0;",
                        FACTORS, "KroneckerLawsTest#factorsAreSecondMoments"),
                of("M11", "a damping of `1e-8`, whatever is asked for", "Damping",
                        "perBlock[i] = factor * sum / space.blocks().get(i).size();", "perBlock[i] = 1e-8;",
                        CURVATURES),
                of("M11", "the sum of the eigenvalues taken for their mean", "Damping",
                        "perBlock[i] = factor * sum / space.blocks().get(i).size();", "perBlock[i] = factor * sum;",
                        CURVATURES),
                of("M12", "eigenvectors in single precision", "KroneckerBasis",
                        "double[] columns = eigen.vectors();",
                        "double[] columns = eigen.vectors().clone();"
                                + " for (int q = 0; q < columns.length; q++) { columns[q] = (float) columns[q]; }",
                        CURVATURES, "InverseLawsTest#eigenbasesDiagonalize"),
                of("M13", "the gradient of the loss taken for that of the log-likelihood", "QueryPass",
                        "tokens.b().scale(ClosedFormPrograms.preconditioned(tokens, inBasis), -1)",
                        "tokens.b().scale(ClosedFormPrograms.preconditioned(tokens, inBasis), 1)", QUERIES),
                of("M13", "scores without their minus sign", "QueryContraction",
                        "queries.count(), tokens, -1);", "queries.count(), tokens, 1);", SCORES),
                of("M14", "queries of length one before they are preconditioned", "ClosedFormPrograms",
                        "Value scaled = b.multiply(gradients(tokens, inBasis), input(tokens, \"inverse.\"));",
                        "Value g = gradients(tokens, inBasis); Value scaled = b.multiply(b.multiply(g, b.broadcast("
                                + "b.sqrt(b.sum(b.multiply(g, g), 1, 2)), 1, Shape.of(tokens.layer().outputs(),"
                                + " tokens.layer().columns()))), input(tokens, \"inverse.\"));",
                        QUERIES),
                of("M15", "`A ⊗ S` on row-major `vec`", "KroneckerCurvature",
                        "diagonal[space.offset(block) + i * basis.columns() + j] = scale",
                        "diagonal[space.offset(block) + j * basis.rows() + i] = scale",
                        CURVATURES, "KroneckerLawsTest#rowMajorVecReadsGradientTimesActivation"),
                of("one family", "inputs of a Llama's gate doubled", "LayerTokens",
                        "Value fedInputs() {",
                        "Value fedInputs() { if (layer.name().contains(\"gate_proj\")) return b.scale(inputs, 2);",
                        FACTORS),
                of("one family", "a GPT-NeoX's first MLP layer has half its gradient", "LayerTokens",
                        "return b.matmul(gradients, true, extended(), false);",
                        "return b.scale(b.matmul(gradients, true, extended(), false),"
                                + " layer.name().contains(\"dense_h_to_4h\") ? 0.5 : 1);", MOMENTS),
                of("one layer kind", "gradients of all but MLP layers a hundredth larger", "LayerTokens",
                        "return b.matmul(gradients, true, extended(), false);",
                        "return b.scale(b.matmul(gradients, true, extended(), false),"
                                + " layer.role() == org.plumbline.model.LayerRole.MLP ? 1 : 1.01);", MOMENTS),
                of("layers without a bias", "treated as if their last input were one", "FactorFit",
                        "Value a = b.reshape(tokens.fedInputs(), positions, layer.inputs());",
                        "Value a = b.scale(b.reshape(tokens.fedInputs(), positions, layer.inputs()),"
                                + " layer.bias().isPresent() ? 1 : 1.01);", FACTORS),
                of("both passes", "the second pass draws the labels of the first", "FactorFit",
                        "return secondMoments(labels.fresh(),", "return secondMoments(labels,",
                        UNBIASED, MOMENTS),
                of("prompts", "positions of a prompt not counted as fed", "FactorFit",
                        "mapToInt(Example::fedPositions)", "mapToInt(Example::lossPositions)", FACTORS),
                of("prompts", "draws numbered among loss positions", "LabelCotangents",
                        "ordinal += fed[t] != 0 ? 1 : 0;", "ordinal += weights[t] != 0 ? 1 : 0;", FACTORS),
                of("draws", "several draws summed and not averaged", "LabelCotangents",
                        "mean(first, cell), 0, LabelDraws.generator(seed, cell.sequence(), draw, cell.ordinal()),\n"
                                + "                            cell.weight() / Math.sqrt(draws), gradient, 0, width));",
                        "mean(first, cell), 0, LabelDraws.generator(seed, cell.sequence(), draw, cell.ordinal()),\n"
                                + "                            cell.weight(), gradient, 0, width));", FACTORS),
                of("micro-batches", "draws numbered within their micro-batch", "LabelCotangents",
                        "new Cell(i * batch.shape().length() + t, batch.numbers().get(i), t, ordinal, weights[t])",
                        "new Cell(i * batch.shape().length() + t, i, t, ordinal, weights[t])", FACTORS),
                of("micro-batches", "a last micro-batch that is not full left out", "LengthBuckets",
                        "at < numbers.size(); at += size", "at + size <= numbers.size(); at += size",
                        FACTORS),
                of("micro-batches", "scores written to the start of a part", "ContractedScores",
                        "int row = batch.numbers().get(i) - from;", "int row = i;", SCORES, SELF),
                of("partitions", "the first partitions are not the longer ones", "KroneckerBasis",
                        "return k * (size / partitions) + Math.min(k, size % partitions);",
                        "return k == partitions ? size : k * (size / partitions);", CURVATURES),
                of("M13", "the gradient of the loss given to an inverse of whole vectors", "QueryPass",
                        "Vectors.scale(-1, measured[q]);", "Vectors.scale(1, measured[q]);", STRATEGIES),
                of("micro-batches", "self-influence written to the start of a part", "SolvedSelfScores",
                        "part.layers()[l][batch.numbers().get(i) - part.from()] = score;",
                        "part.layers()[l][i] = score;", STRATEGIES),
                of("one estimator", "all layers of a whole gradient in the place of the first", "SequenceGradients",
                        "at += layer.size();", "at += 0;", STRATEGIES),
                of("one estimator", "factored Tikhonov damped twice", "TikhonovCurvature",
                        ".inverse(Damping.absolute(space(), 0));", ".inverse(damping);", STRATEGIES),
                of("one estimator", "partial traces where the nearest product is asked for", "ExactFiles",
                        "DenseFactors.nearest(exact)", "DenseFactors.partialTraces(exact)", STRATEGIES),
                of("one estimator", "a low-rank curvature without its damped complement", "WoodburyCurvature",
                        "LowRankComplement.DAMPED", "LowRankComplement.DISCARDED", STRATEGIES),
                of("one estimator", "a projected curvature scaled from one side", "ProjectedCurvature",
                        "* gram[k * q + l] * perBlock[blocks[l]];", "* gram[k * q + l];", STRATEGIES),
                of("one estimator", "a projected system without its damping", "ProjectedInverse",
                        "system[k * p + k] += 1;", "system[k * p + k] += 1e-3;", STRATEGIES),
                of("one estimator", "K-FAC without `n̄`", "KroneckerCurvature",
                        "double scale = factors.get(block).meanLength();", "double scale = 1;", CURVATURES),
                of("one estimator", "self-influence without an eigenbasis and without damping", "ClosedFormPrograms",
                        "Value scaled = b.multiply(gradients(tokens, inBasis), input(tokens, \"root.\"));",
                        "Value scaled = inBasis ? b.multiply(gradients(tokens, inBasis), input(tokens, \"root.\"))"
                                + " : gradients(tokens, inBasis);", SELF),
                of("one precision", "inverses a tenth larger in single precision", "ClosedFormPrograms",
                        "inputs.put(\"inverse.\" + block.name(), Storage.of(precision, own));",
                        "inputs.put(\"inverse.\" + block.name(), Storage.of(precision, precision == Precision.SINGLE"
                                + " ? Arrays.stream(own).map(x -> 1.1 * x).toArray() : own));", QUERIES),
                of("stored fits", "bases of square layers exchanged when they are read", "FactorFiles",
                        "StoredTensors.unitColumns(file, \"gradient.\" + layer.name(), layer.outputs()),",
                        "StoredTensors.unitColumns(file, (layer.outputs() == layer.columns() ? \"activation.\""
                                + " : \"gradient.\") + layer.name(), layer.outputs()),", CURVATURES),
                of("stored fits", "the store's damping ignored", "FactorStore",
                        "DampingRule.parse(store.required(DAMPING))",
                        "new DampingRule.Relative(0.1)", CURVATURES, STRATEGIES),
                of("stored fits", "the seed of a projection ignored", "FactorStore",
                        "number(store, SEED, Long.MAX_VALUE));", "0);", STRATEGIES),
                of("stored fits", "blocks put together with every one in the first columns", "ExactFiles",
                        "(space.offset(i) + row) * n + space.offset(i),", "(space.offset(i) + row) * n,", STRATEGIES),
                of("one option", "partitions ignored by a stored fit", "FactorFiles",
                        "KroneckerBasis.of(factors, partitions,", "KroneckerBasis.of(factors, 1,", CURVATURES),
                of("one option", "half of an absolute damping", "DampingRule",
                        "return Damping.absolute(curvature.space(), lambda);",
                        "return Damping.absolute(curvature.space(), lambda / 2);", STRATEGIES),
                of("one option", "the rank ignored", "QueryPass",
                        "return rank == 0 || rank >= Math.min(layer.outputs(), layer.columns());",
                        "return true;", SCORES),
                of("one option", "the mean of all queries taken for their sum", "QueryPass",
                        "double scale = aggregation == Aggregation.SUM ? 1 : 1.0 / queries.size();",
                        "double scale = 1;", SCORES),
                of("ranks", "the smallest singular vectors kept", "LowRank",
                        "thin[i * rank + k] = vectors[i * n + n - 1 - k];", "thin[i * rank + k] = vectors[i * n + k];",
                        SCORES),
                of("tokens", "the bias left out of each token's score", "QueryContraction",
                        "return this.tokens ? all : b.sum(all, 1, 1);",
                                "return this.tokens ? cells : b.sum(all, 1, 1);",
                        SCORES),
                of("tokens", "the bias left out of the direction that predicted tokens move along", "LayerDirection",
                        "return bias ? b.add(moved, b.reshape(b.slice(p, 1, in, 1), out)) : moved;", "return moved;",
                        TOKENS),
                of("null layers", "a layer without curvature or damping contributes its plain gradient", "Damping",
                        "if (isNull(space, diagonal, i)) {\n                continue;",
                        "if (isNull(space, diagonal, i)) {\n"
                                + "                Arrays.fill(reciprocals, space.offset(i), space.offset(i + 1), 1);\n"
                                + "                continue;", NULL));
    }

    private static PlantedMistake of(
            String number, String description, String type, String find, String replace, String... properties) {
        return new PlantedMistake(number, description, type, find, replace, List.of(properties));
    }

    @Override
    public String toString() {
        return number + ": " + description;
    }
}
