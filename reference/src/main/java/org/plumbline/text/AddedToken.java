package org.plumbline.text;

/**
 * A token found in text before anything is cut or merged.
 *
 * @param id its id
 * @param content its text
 * @param singleWord whether it is no part of a longer word
 * @param stripsLeft whether it takes the white space before it
 * @param stripsRight whether it takes the white space after it
 * @param normalized whether it is looked for in normalized text
 * @param special whether it marks structure, as the end of a text does, and is no text itself
 */
public record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean stripsLeft,
        boolean stripsRight,
        boolean normalized,
        boolean special) {}
