package org.plumbline.corpora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonLinesTest {

    @Test
    void whatJsonReservesIsEscaped() {
        assertEquals("\"a\\\"b\\\\c\\u000ad é\"", JsonLines.quote("a\"b\\c\nd é"));
    }
}
