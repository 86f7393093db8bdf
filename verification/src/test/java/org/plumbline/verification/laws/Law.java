package org.plumbline.verification.laws;

import java.util.Arrays;

/** The laws that are tested, by number, as {@code docs/laws.md} states them. */
enum Law {
    L1(1, "`H` is symmetric, its product linear; `⟨Jv, u⟩ = ⟨v, Jᵀu⟩`"),
    L2(2, "`G` is symmetric and positive semi-definite"),
    L3(3, "sum loss: `E[g gᵀ]` over all label strings is `G_m`, and so is `Σ_t Σ_c p_tc g_tc g_tcᵀ`"),
    L4(4, "the expected pseudo-gradient is zero"),
    L5(5, "a loss that is the mean over its `T` loss positions has Fisher `1/T ·` its Gauss–Newton matrix"),
    L6(6, "`G` does not depend on the labels"),
    L7(7, "`H = G` on an untied unembedding; always `H − G = Σ r_v ∇²z_v`, zero where `r = 0`"),
    L8(8, "sum loss: the expected Hessian under the model's labels is `G`"),
    L9(9, "`vᵀGv = mean_m Σ_t Var(J_t v)`"),
    L10(10, "`diag(p) − ppᵀ = Σ_c s_c s_cᵀ`; sums with independent signs are unbiased"),
    L11(11, "`KL(p_θ ‖ p_(θ+δ)) = ½ δᵀGδ + O(‖δ‖³)`"),
    L12(12, "`rank G ≤ (V − 1) Σ_m T_m`");

    private final int number;
    private final String statement;

    Law(int number, String statement) {
        this.number = number;
        this.statement = statement;
    }

    int number() {
        return number;
    }

    String statement() {
        return statement;
    }

    static Law of(int number) {
        return Arrays.stream(values())
                .filter(law -> law.number == number)
                .findFirst()
                .orElseThrow(() -> new AssertionError("law " + number + " is tested but not listed"));
    }
}
