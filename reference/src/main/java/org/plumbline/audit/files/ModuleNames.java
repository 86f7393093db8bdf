package org.plumbline.audit.files;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The order of module names: runs of digits by their number, so that block 10 follows block 9. */
final class ModuleNames {
    private static final Pattern PIECES = Pattern.compile("\\d+|\\D+");

    static final Comparator<String> NATURAL = ModuleNames::compare;

    private ModuleNames() {}

    private static int compare(String a, String b) {
        String[] left = PIECES.matcher(a).results().map(MatchResult::group).toArray(String[]::new);
        String[] right = PIECES.matcher(b).results().map(MatchResult::group).toArray(String[]::new);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean numbers = Character.isDigit(left[i].charAt(0)) && Character.isDigit(right[i].charAt(0));
            int order = numbers
                    ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
                    : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return left.length == right.length ? a.compareTo(b) : Integer.compare(left.length, right.length);
    }
}
