"""Writes the fixtures fixtures/decoders/{mistral,qwen3,phi3,gemma,gemma2,gemma3,smollm3,olmo3,granite,gptj,opt,starcoder2}.

Independent values for the families that a page describes: Hugging Face's own models, randomly initialized, in float64.
Run with torch 2.13 and transformers 5.18:

    python decoder_families.py ../resources/fixtures/decoders
"""

import json
import pathlib
import sys

import torch

from decoder_variants import FED, LOSS, POSITIONS, losses

import safetensors.torch
import transformers

VOCABULARY = 7
NONE = dict(pad_token_id=None, bos_token_id=None, eos_token_id=None)
SHAPE = dict(
    vocab_size=VOCABULARY, hidden_size=8, intermediate_size=5, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=16, **NONE)
ROTARY = dict(rope_type="default", rope_theta=100.0)
BOTH = ["sliding_attention", "full_attention"]
CONFIGS = {
    "mistral": transformers.MistralConfig(**SHAPE, head_dim=2, sliding_window=2, rope_parameters=ROTARY),
    "qwen3": transformers.Qwen3Config(
        **SHAPE, head_dim=4, attention_bias=True, use_sliding_window=True, sliding_window=3, max_window_layers=1,
        rope_parameters=ROTARY),
    "phi3": transformers.Phi3Config(
        **{**SHAPE, "hidden_size": 16}, sliding_window=3, tie_word_embeddings=True,
        rope_parameters=dict(ROTARY, partial_rotary_factor=0.5)),
    "gemma": transformers.GemmaConfig(**SHAPE, head_dim=4, attention_bias=True, rope_parameters=ROTARY),
    "gemma2": transformers.Gemma2Config(
        **SHAPE, head_dim=4, sliding_window=2, query_pre_attn_scalar=3, attn_logit_softcapping=1.5,
        final_logit_softcapping=2.0, rope_parameters=ROTARY),
    "gemma3": transformers.Gemma3TextConfig(
        **SHAPE, head_dim=4, sliding_window=2, query_pre_attn_scalar=5, layer_types=BOTH,
        rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=10.0),
                             full_attention=dict(rope_type="linear", factor=4.0, rope_theta=100.0))),
    "smollm3": transformers.SmolLM3Config(
        **SHAPE, no_rope_layers=[0, 1], use_sliding_window=True, sliding_window=2, attention_bias=True, mlp_bias=True,
        rope_parameters=ROTARY),
    "olmo3": transformers.Olmo3Config(
        **SHAPE, sliding_window=3, layer_types=BOTH, attention_bias=True,
        rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=10.0),
                             full_attention=dict(rope_type="default", rope_theta=100.0))),
    "granite": transformers.GraniteConfig(
        **SHAPE, embedding_multiplier=3.0, attention_multiplier=0.7, residual_multiplier=0.4, logits_scaling=1.6,
        mlp_bias=True, rope_parameters=ROTARY),
    "gptj": transformers.GPTJConfig(
        vocab_size=VOCABULARY, n_positions=16, n_embd=12, n_layer=2, n_head=2, rotary_dim=4, n_inner=5,
        bos_token_id=None, eos_token_id=None),
    "opt": transformers.OPTConfig(
        vocab_size=VOCABULARY, hidden_size=8, word_embed_proj_dim=8, ffn_dim=5, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=16, **NONE),
    "starcoder2": transformers.Starcoder2Config(**SHAPE, sliding_window=3, rope_parameters=ROTARY),
}

NOTE = """# Origin

A tiny randomly initialized model of transformers' class {kind}.
Written in float64 by `src/test/python/decoder_families.py` with PyTorch 2.13 and transformers 5.18, whose inner casts to
float32 were made casts to float64; the slope and the change of the logits along the direction were checked against
central differences.

- `config.json`, `model.safetensors`: as transformers saves them.
- `batch.json`: `tokens` [3, 6]; `positions`, `loss_mask` and `attention_mask` [3, 5]. The second sequence is padded on the
  right, the third on the left.
- `golden.safetensors`: `logits`; `loss`, per sequence the sum over its loss positions; of the mean over sequences the
  gradient `grad.<param>`, and for the direction `v.0.<param>` the exact Gauss–Newton product `ggnvp.0.<param>`.
"""


def write(folder, config, seed):
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            gain = parameter.dim() == 1 and name.endswith(".weight")
            parameter.copy_((1.0 if gain else 0.0) + 0.4 * torch.randn_like(parameter))
    tokens = torch.randint(VOCABULARY, (3, 6))
    parameters = {name: p.detach().clone() for name, p in model.named_parameters()}
    direction = {name: torch.randn_like(p) for name, p in parameters.items()}

    def logits_of(p):
        return losses(model, p, tokens)[0]

    def loss_of(p):
        return losses(model, p, tokens)[1].mean()

    leaves = {name: p.clone().requires_grad_() for name, p in parameters.items()}
    logits, loss = losses(model, leaves, tokens)
    gradient = dict(zip(leaves, torch.autograd.grad(loss.mean(), list(leaves.values()), retain_graph=True)))
    _, change = torch.func.jvp(logits_of, (parameters,), (direction,))
    p = torch.softmax(logits, -1).detach()
    # The Hessian of a position's loss in its logits is diag p - p p'.
    curved = LOSS[..., None] / len(tokens) * (p * change - p * (p * change).sum(-1, keepdim=True))
    product = dict(zip(leaves, torch.autograd.grad(logits, list(leaves.values()), curved, allow_unused=True)))
    step = 1e-6
    ends = [{n: q + s * direction[n] for n, q in parameters.items()} for s in (step, -step)]
    slope = sum((gradient[n] * direction[n]).sum() for n in leaves)
    found = (loss_of(ends[0]) - loss_of(ends[1])) / (2 * step)
    assert torch.isclose(found, slope, rtol=1e-5), (folder, found, slope)
    moved = (logits_of(ends[0]) - logits_of(ends[1])) / (2 * step)
    # Padding that sees no position at all has no logits to speak of.
    fed = FED.bool()
    assert torch.allclose(moved[fed], change[fed], rtol=1e-5, atol=1e-7), folder
    golden = {"logits": logits, "loss": loss}
    for n in leaves:
        golden["grad." + n] = gradient[n]
        golden["v.0." + n] = direction[n]
        golden["ggnvp.0." + n] = product[n]
    folder.mkdir(exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    safetensors.torch.save_file({k: v.detach().contiguous().clone() for k, v in golden.items()}, folder / "golden.safetensors")
    (folder / "batch.json").write_text(json.dumps(dict(
        tokens=tokens.tolist(), loss_mask=LOSS.tolist(), attention_mask=FED.tolist(), positions=POSITIONS.tolist())) + "\n")
    (folder / "ORIGIN.md").write_text(NOTE.format(kind=type(model).__name__))


if __name__ == "__main__":
    for seed, (name, config) in enumerate(CONFIGS.items()):
        if len(sys.argv) < 3 or name in sys.argv[2:]:
            write(pathlib.Path(sys.argv[1]) / name, config, 100 + seed)
