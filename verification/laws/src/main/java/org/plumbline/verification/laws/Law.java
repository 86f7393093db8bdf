package org.plumbline.verification.laws;

import java.util.Arrays;

/** The laws that are tested, by number, as {@code docs/laws.md} states them. */
public enum Law {
    L1(1, "`H` is symmetric, its product linear; `⟨Jv, u⟩ = ⟨v, Jᵀu⟩`"),
    L2(2, "`G` is symmetric and positive semi-definite"),
    L3(3, "sum loss: `E[g gᵀ]` over all label strings is `G_m`, and so is `Σ_t Σ_c p_tc g_tc g_tcᵀ`"),
    L4(4, "the expected pseudo-gradient is zero"),
    L5(5, "a loss that is the mean over its `T` loss positions has Fisher `1/T ·` its Gauss–Newton matrix"),
    L6(6, "`G` does not depend on the labels"),
    L7(7, "`H = G` on an untied unembedding, not on a tied one; always `H − G = Σ r_v ∇²z_v`, zero where `r = 0`"),
    L8(8, "sum loss: the expected Hessian under the model's labels is `G`"),
    L9(9, "`vᵀGv = mean_m Σ_t Var(J_t v)`"),
    L10(10, "`diag(p) − ppᵀ = Σ_c s_c s_cᵀ`; sums with independent signs are unbiased"),
    L11(11, "`KL(p_θ ‖ p_(θ+δ)) = ½ δᵀGδ + O(‖δ‖³)`"),
    L12(12, "`rank G ≤ (V − 1) Σ_m T_m`"),
    L13(13, "without rotation, the key bias is null for gradient, `G` and `H`"),
    L14(14, "untied unembedding: `1·uᵀ` is null for gradient, `G` and `H`"),
    L15(15, "gauges of queries and keys, values and outputs, up and down: null for gradient and `G`"),
    L16(16, "`1·uᵀ` into a stream read through LayerNorm alone is null for gradient, `G` and `H`"),
    L17(17, "gradients of `G`'s own data lie in its range"),
    L18(18, "`A`, `S` are symmetric, semi-definite; with a bias the corner of `A` is 1, its last row the mean input"),
    L19(19, "`S 1 = 0` of the unembedding and of layers that LayerNorm reads; "
            + "`S = Σ (diag p − ppᵀ) / Σ n` of the unembedding"),
    L20(20, "behind LayerNorm `A [1/γ; −Σ β/γ] = 0`; affine-free `tr A = d` (+ 1 with a bias), behind RMSNorm as well"),
    L21(21, "row-major `vec`: `S ⊗ A`; column-major: `A ⊗ S`"),
    L22(22, "`‖G − EK‖ ≤ ‖G − cK‖` for every `c`; `‖G − K‖² = ‖G − EK‖² + ‖EK − K‖²`"),
    L23(23, "`tr EK = tr G`; `Λ = diag(QᵀGQ)`"),
    L24(24, "`Λ` is majorized by the eigenvalues of `G`; `logdet(EK + λ) ≥ logdet(G + λ)`"),
    L25(25, "`K = EK = G` for one sequence of one fed position, and for linear regression"),
    L26(26, "per-token `Λ` is per-sequence `Λ` after the last mixing of positions and for the last block's own `W_q`,"
            + " and nowhere else"),
    L27(27, "inverse products are dense solves, asked any number of times"),
    L28(28, "`QᵀQ = I`, `QᵀAQ` is diagonal, `A = Q diag Qᵀ`"),
    L29(29, "`(Ĝ + λ)(Ĝ + λ)⁻¹ v = v`: necessary, not sufficient"),
    L30(30, "`n̄ · tr A · tr S = tr G` where `‖ā‖` is constant and no mixing of positions follows"),
    L31(31, "factored Tikhonov damping `⪰` exact damping"),
    L32(32, "scores do not change: EK-FAC in orthogonal coordinates, undamped K-FAC in affine ones"),
    L33(33, "permuting neurons, and flipping signs through an odd activation, leave scores unchanged"),
    L34(34, "loss × c, relative damping: `Λ` × c², `G` × c; EK-FAC scores / c, those of `G` unchanged"),
    L35(35, "the nearest Kronecker product is no worse than K-FAC; partial traces of `G` are Shampoo's factors"),
    L36(36, "one diagonal block is the whole factor; of several, eigenvectors keep to their block"),
    L37(37, "the proximal Bregman objective at `ε = 0` has gradient 0 and Hessian `G + λ`"),
    L38(38, "central differences of its minimizers → the formula at `O(ε²)`, one-sided ones at `O(ε)`"),
    L39(39, "`f` the sequence's own log-likelihood: the score is `g_qᵀ(G + λ)⁻¹g_m`, with itself not negative"),
    L40(40, "the scores of a set with itself are symmetric, positive semi-definite and obey Cauchy–Schwarz"),
    L41(41, "absolute `λ → ∞`: `λ · score →` the gradients' product at `O(1/λ)`; `‖x‖ ≤ ‖v‖/λ`"),
    L42(42, "the table of layers × tokens sums to the score"),
    L43(43, "predicted tokens sum to the same score; for the layers of law 26 they are its cells"),
    L44(44, "central differences along `v = (C + λ)⁻¹∇f` → the derivative of each predicted token's loss, "
            + "and of the loss's in the embedding of each token read, at `O(ε²)`; "
            + "the latter are `−vᵀHu`, `u` the embedding"),
    L45(45, "padding, batch partition, order, duplicating all data, threads: nothing changes"),
    L46(46, "queries together or one by one, modules summed, `C^(−1/2)` twice, projected in expectation: "
            + "the same scores"),
    L47(47, "ridge regression: `(raw/N)/(1 − h_j)` is the effect of leaving one out, `/(1 + h_j)` of adding a copy"),
    L48(48, "LiSSA: `α r_j = α Σ (I − αB)ᵏ v`, gradient descent from `αv`"),
    L49(49, "it converges for every `v` if and only if `0 < α < 2/λ_max(B)`"),
    L50(50, "Koh and Liang's recursion solves `(H + d·s·I) x = v`"),
    L51(51, "one preconditioned step from 0 at `α = 1` is EK-FAC; `λ_max(M⁻¹B)` may exceed 2"),
    L52(52, "CG: the error's `B`-norm falls; as many steps as distinct eigenvalues of `M⁻¹B` suffice"),
    L53(53, "a gradient's rank is at most the number of positions that take part; EK-FAC does not preserve it"),
    L54(54, "at rank `r` a score errs by at most `σ_(r+1) ‖G_m‖_*`; full rank is exact"),
    L55(55, "`k₁` of TF-IDF cancels"),
    L56(56, "the `L2/L1` ratio of tokens lies in `[1/√T, 1]`"),
    L57(57, "the coverage curve of the positive scores is concave and ends at 1"),
    L58(58, "the exponent of Pareto numbers is recovered within its error `(α − 1)/√n`"),
    L59(59, "minibatches: over all draws the mean product is that of the whole, of all sequences it is the whole; "
            + "the residual of a solution is that of the whole, whatever was drawn"),
    L60(60, "certificates: no score of an estimate, and none refined from it, is further off than its bound, "
            + "and no rank is outside its interval"),
    L61(61, "normalized scores: `raw` over `√(qᵀB⁻¹q · gᵀB⁻¹g)`, `√(gᵀB⁻¹g)` or `‖B⁻¹g‖`; they do not change with the "
            + "size of `g`, and are bounded by 1, `√(qᵀB⁻¹q)` and `‖q‖`");

    private final int number;
    private final String statement;

    Law(int number, String statement) {
        this.number = number;
        this.statement = statement;
    }

    public int number() {
        return number;
    }

    /** As a row of the table states it. */
    public String statement() {
        return statement;
    }

    /** The law of this number, if it is listed. */
    public static Law of(int number) {
        return Arrays.stream(values())
                .filter(law -> law.number == number)
                .findFirst()
                .orElseThrow(() -> new AssertionError("law " + number + " is tested but not listed"));
    }
}
