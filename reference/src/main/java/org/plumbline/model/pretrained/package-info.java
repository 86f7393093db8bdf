/**
 * Decoders in the layout of Hugging Face's model folders: {@code config.json} beside {@code model.safetensors}, or
 * beside shards with an index. What a folder says is checked in full before a model is made of it: an option that
 * changes the computation and is not supported, a tensor too many or too few, a shape or a weight that cannot be, is an
 * {@link org.plumbline.io.InputException} that names it.
 */
package org.plumbline.model.pretrained;
