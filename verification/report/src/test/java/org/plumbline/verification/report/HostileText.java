package org.plumbline.verification.report;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Texts that try to become markup, script or another layout. */
final class HostileText {
    private static final List<String> ATTACKS = List.of(
            "<script>window.hacked=1</script>", "</script><script>window.hacked=2</script>",
            "<img src=x onerror=window.hacked=3>", "\" onmouseover=\"window.hacked=4",
            "' onfocus='window.hacked=5' autofocus='",
            "</textarea><svg onload=window.hacked=6>", "</style><style>*{display:none}</style>",
            "</title><h1>owned</h1>",
            "<a href=\"javascript:window.hacked=7\">x</a>", "javascript:window.hacked=8", "<!--", "-->", "<!--<script>",
            "]]>", "\u202Eevil\u202C", "\u0000", "\u2028window.hacked=9\u2029", "\ud800", "&lt;script&gt;",
            "&#x3c;img&#x3e;",
            "${window.hacked=10}", "{{constructor.constructor('window.hacked=11')()}}", "</details></article></main>",
            "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>", "\\u003cscript>",
            "<iframe srcdoc=\"<script>top.hacked=12</script>\">", "<form action=//evil.example><button>",
            "\n\n\n", "\t",
            "\ufeff", "\u200f", "<math><mtext></mtext><mglyph><style></math>", "__proto__", "constructor", "toString",
            "=cmd|' /C calc'!A0", "\u001b[31m", "a".repeat(300), "e\u0301".repeat(40) + "\u0489".repeat(60),
            "\ud83d\ude00");

    private HostileText() {}

    /** One after the other: attacks, alone, together and cut anywhere. */
    static Supplier<String> of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i <= random.nextInt(3); i++) {
                String attack = ATTACKS.get(random.nextInt(ATTACKS.size()));
                int cut = random.nextInt(4) == 0 ? random.nextInt(attack.length()) : 0;
                text.append(attack.substring(cut));
            }
            return text.toString();
        };
    }

    /** All of them in one. */
    static String all() {
        return String.join(" ", ATTACKS);
    }
}
