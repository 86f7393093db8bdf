/**
 * Stores of factors and scores: folders of safetensors files with a JSON manifest that says what they belong to.
 *
 * <p>A file counts from the moment the manifest names it with its size and SHA-256, and the manifest is replaced
 * atomically, so a process that is killed at any moment leaves a store that is whole as far as it goes. Opening
 * one checks every file that it names, and that it was made from the model, tokenizer, data and settings that
 * it is now asked for.
 */
package org.plumbline.influence.store;
