"""Writes the fixtures fixtures/decoders/{gpt2_options,gpt_neox_sequential,llama3,qwen2,olmo2}.

Independent values for architectures and options of decoders: Hugging Face's own models, randomly initialized, in float64.
Run with torch 2.13 and transformers 5.18:

    python decoder_variants.py ../resources/fixtures/decoders
"""

import json
import pathlib
import sys

import torch

# transformers casts softmax, RMSNorm and rotary tables to float32 whatever the model is; here float32 means float64.
torch.set_default_dtype(torch.float64)
torch.float32 = torch.float64
torch.float = torch.float64
torch.Tensor.float = torch.Tensor.double

import safetensors.torch  # noqa: E402
import transformers  # noqa: E402

VOCABULARY = 11
LLAMA = dict(
    vocab_size=VOCABULARY, hidden_size=12, intermediate_size=10, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, pad_token_id=None, bos_token_id=None, eos_token_id=None)
CONFIGS = {
    "gpt2_options": transformers.GPT2Config(
        vocab_size=VOCABULARY, n_positions=16, n_embd=8, n_layer=2, n_head=2, activation_function="gelu",
        scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False,
        bos_token_id=None, eos_token_id=None, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0),
    "gpt_neox_sequential": transformers.GPTNeoXConfig(
        vocab_size=VOCABULARY, hidden_size=16, intermediate_size=10, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=16, hidden_act="gelu_new", use_parallel_residual=False, attention_bias=False,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=None,
        rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=100.0, partial_rotary_factor=0.5)),
    "llama3": transformers.LlamaConfig(
        **LLAMA, head_dim=6, attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
        # So short a context that wavelengths lie on both sides of the limits and between them.
        rope_parameters=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                             original_max_position_embeddings=32, rope_theta=100.0)),
    "qwen2": transformers.Qwen2Config(
        **{**LLAMA, "hidden_size": 16}, tie_word_embeddings=False,
        rope_parameters=dict(rope_type="default", rope_theta=1000.0)),
    "olmo2": transformers.Olmo2Config(
        **{**LLAMA, "hidden_size": 16}, tie_word_embeddings=False,
        rope_parameters=dict(rope_type="default", rope_theta=1000.0)),
}

# A whole sequence, one padded on the right, one on the left; a prompt that bears no loss.
FED = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1]])
LOSS = torch.tensor([[0, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 1, 1]])
POSITIONS = torch.tensor([[0, 1, 2, 3, 4], [0, 1, 2, 0, 0], [0, 0, 0, 1, 2]])


def losses(model, parameters, tokens):
    logits = torch.func.functional_call(
        model, parameters, (tokens[:, :-1],),
        dict(attention_mask=FED, position_ids=POSITIONS, use_cache=False)).logits
    log_p = torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None])[..., 0]
    return logits, -(log_p * LOSS).sum(1)


def write(folder, config, seed):
    torch.manual_seed(seed)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            gain = parameter.dim() == 1 and name.endswith(".weight")
            parameter.copy_((1.0 if gain else 0.0) + 0.4 * torch.randn_like(parameter))
    tokens = torch.randint(VOCABULARY, (3, 6))
    parameters = {name: p.detach().clone().requires_grad_() for name, p in model.named_parameters()}
    direction = {name: torch.randn_like(p) for name, p in parameters.items()}
    logits, loss = losses(model, parameters, tokens)
    names = list(parameters)
    gradient = torch.autograd.grad(loss.mean(), [parameters[n] for n in names], create_graph=True)
    slope = sum((g * direction[n]).sum() for n, g in zip(names, gradient))
    product = torch.autograd.grad(slope, [parameters[n] for n in names], allow_unused=True)
    golden = {"logits": logits, "loss": loss}
    for n, g, h in zip(names, gradient, product):
        golden["grad." + n] = g
        golden["v.0." + n] = direction[n]
        golden["hvp.0." + n] = torch.zeros_like(g) if h is None else h
    # The slope along the direction, by central differences: the sixth digit suffices to see a wrong derivative.
    step = 1e-5
    ends = [losses(model, {n: p + s * direction[n] for n, p in parameters.items()}, tokens)[1].mean() for s in (step, -step)]
    assert torch.isclose((ends[0] - ends[1]) / (2 * step), slope, rtol=1e-6), (ends, slope)
    folder.mkdir(exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    safetensors.torch.save_file({k: v.detach().contiguous().clone() for k, v in golden.items()}, folder / "golden.safetensors")
    (folder / "batch.json").write_text(json.dumps(dict(
        tokens=tokens.tolist(), loss_mask=LOSS.tolist(), attention_mask=FED.tolist(), positions=POSITIONS.tolist())) + "\n")


if __name__ == "__main__":
    for seed, (name, config) in enumerate(CONFIGS.items()):
        write(pathlib.Path(sys.argv[1]) / name, config, seed)
