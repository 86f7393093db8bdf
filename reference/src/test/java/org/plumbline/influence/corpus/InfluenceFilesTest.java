package org.plumbline.influence.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cell of a table is text, whatever a spreadsheet would make of it. */
class InfluenceFilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@a", "\n=1+1", "  =1", "\t1", "\r1", "\u00a0=1", "\u2003+1", "＝1"})
    void whatCouldBeAFormulaIsMarked(String text) {
        assertEquals("\"'" + text + "\"", InfluenceFiles.quoted(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=1", " a", "1-1", "é"})
    void otherTextIsAsItWas(String text) {
        assertEquals('"' + text + '"', InfluenceFiles.quoted(text));
    }
}
