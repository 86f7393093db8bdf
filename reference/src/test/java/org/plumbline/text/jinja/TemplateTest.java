package org.plumbline.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plumbline.io.InputException;

/** What the language does and refuses; {@code ChatTemplateTest} compares it with Jinja on whole templates. */
class TemplateTest {
    private static final Map<String, Object> VARIABLES = new LinkedHashMap<>(Map.of(
            "text", " aé𝄞b ", "list", List.of(1L, 2L, 3L), "map", Map.of("k", "v", "items", "own"), "yes", true));

    private static String rendered(String template) {
        return Template.parse(template).render(VARIABLES).text();
    }

    /** Each as Jinja 3.1.6 renders it; ¶ stands for a line end. */
    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', value = {
        "{{ 1 + 2 * 3 - 7 // 2 % 2 }} => 6", "{{ 7 / 2 }} => 3.5", "{{ -7 // 2 }},{{ -7 % 3 }} => -4,2",
        "{{ 'a' ~ 1 ~ none ~ true }} => a1NoneTrue", "{{ 'a' 'b' + 'c' }} => abc", "{{ 2 * 'ab' }} => abab",
        "{{ text|trim|length }} => 4", "{{ text.strip()[::-1] }} => b𝄞éa", "{{ text[1:-1][:2] }} => aé",
        "{{ list[1:] + [9] == [2, 3, 9] }} => True", "{{ list[-1] }}{{ list[5] }}. => 3.",
        "{{ 2 in list and 'k' in map and 'x' not in 'abc' }} => True", "{{ 1 < 2 <= 2 != 3 }} => True",
        "{{ map.k }}{{ map['k'] }}{{ map.none }}{{ map['items'] }} => vvown", "{{ map.get('x', 'y') }} => y",
        "{{ missing is defined }}{{ missing is not defined }}{{ yes is true }} => FalseTrueTrue",
        "{{ missing or 'b' }}{{ 'a' and 'c' }}{{ not missing }} => bcTrue",
        "{{ 'x' if missing else 'y' }}{{ 'z' if missing }} => y", "{{ 3 is odd }}{{ 4 is divisibleby 2 }} => TrueTrue",
        "{{ list | join('-') }}{{ list|first }}{{ list|last }} => 1-2-313", "{{ missing|default('d') }} => d",
        "{{ {'a': [1, 2.5, none, true], 'é\"¶': {}} | tojson }} => {\"a\": [1, 2.5, null, true], \"é\\\"\\n\": {}}",
        "{% for a in list if a > 1 %}{{ loop.index }}/{{ loop.length }}:{{ a }} {% endfor %}. => 1/2:2 2/2:3 .",
        "{% for a in [] %}x{% else %}none{% endfor %} => none",
        "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% if loop.first %},{% endif %}{% endfor %} => a1,b2",
        "{% for a in list %}{% if a == 2 %}{% continue %}{% endif %}{{ a }}{% endfor %} => 13",
        "{% for a in list %}{% if a == 2 %}{% break %}{% endif %}{{ a }}{% endfor %} => 1",
        "{% set x = 1 %}{% for a in list %}{% set x = a %}{% endfor %}{{ x }} => 1",
        "{% set n = namespace(x=1) %}{% for a in list %}{% set n.x = n.x + a %}{% endfor %}{{ n.x }} => 7",
        "{% set b %}a{{ 1 }}{% endset %}{{ b * 2 }} => a1a1",
        "{% macro m(a, b='-') %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(2, b='+') }}{{ m('c', 3) }} => 1-2+c3",
        "{{ [{'r': 'a', 'v': 1}, {'r': 'b', 'v': 2}] | selectattr('r', 'eq', 'b') | map(attribute='v') | join }} => 2",
        "{{ 'a<b>c'.split('<')[-1].rstrip('c>') }}{{ ' a  b '.split() | length }} => b2",
        "{{ 'Ab'.upper() ~ 'Ab'.lower() ~ 'aB c' | title ~ 'aB' | capitalize }} => ABabAb CAb",
        "a {#- c -#} b{{- 1 -}} c {%- if yes -%} d {%- endif %} => ab1cd",
        "{{ '\\x41\\u00e9\\'' }} => Aé'", "{{ (1, 2) | length }}{{ () | length }} => 20",
        "{{ [1, 2] is iterable and 'a' is string and map is mapping and none is none }} => True",
        "{{ '3' | int + 1 }} => 4", "{{ range(3) | join }}{{ range(4, 0, -2) | list | length }} => 0122"
    })
    void itRendersAsJinjaDoes(String template, String expected) {
        assertEquals(expected, rendered(template.replace('¶', '\n')));
    }

    @Test
    void whiteSpaceOfBlocksGoes() {
        assertEquals("a\n  b\n c", rendered("a\n  {% if yes %}\n  b\n  {% endif %}\n c\n"));
        assertEquals("  1\n  2\n  3\n", rendered("{% for a in list %}\n  {{ a }}\n{% endfor %}\n"));
        assertEquals("  x", rendered("  {%+ if yes %}x{% endif %}"));
        assertEquals("x  y", rendered("x  {% if yes %}y{% endif %}"));
        assertEquals("a\nb", rendered("a{# c #}\n\n{# d #}\nb"));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', value = {
        "¶{% include 'x' %} => line 2: found the tag 'include', which is not supported",
        "{{ 1 | frobnicate }} => line 1: found the filter 'frobnicate', which is not supported",
        "{{ 1 is frobnicated }} => line 1: found the test 'frobnicated', which is not supported",
        "{{ 'a'.format(1) }} => line 1: found 'format' of text, which is not supported",
        "{{ strftime_now('%Y') }} => line 1: found 'strftime_now', which is not defined, expected a function",
        "{{ missing.x }} => line 1: found 'missing', which is not defined, expected something with parts",
        "{{ 'a' + 1 }} => line 1: found text + a number, expected",
        "{{ 2 ** 3 }} => line 1: found the operator '**', which is not supported",
        "{{ raise_exception('no') }} => line 1: the template refuses the conversation: no",
        "{{ [1] }} => line 1: found a list, expected text",
        "{% if yes %} => line 1: found the end of the template, expected one of the tags",
        "{{ 1 => line 1: found the end of the template, expected '}}'",
        "{{ 'a }} => line 1: found a string without its end",
        "{{ }} => line 1: found '}}', expected an expression", "{# a => line 1: found a comment without its end",
        "{% endif %} => line 1: found the tag 'endif'",
        "{% set a, b = [1, 2] %} => line 1: found 'set' of several names",
        "{{ 1 // 0 }} => line 1: found 1 // 0", "{{ f(*list) }} => line 1: found arguments from a list",
        "{{ 'x' * 99999999 }} => line 1: found a text repeated 99999999 times",
        "{{ range(999999) }} => line 1: found a range of more than",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} => line 1: found macros more than",
        "{% for a in range(60000) %}{% for b in range(60000) %}{% endfor %}{% endfor %} => line 1: found more than"
    })
    void whatIsNotSupportedIsNamed(String template, String expected) {
        String message = assertThrows(InputException.class, () -> rendered(template.replace('¶', '\n'))).getMessage();
        assertTrue(message.startsWith("chat template, " + expected), message);
    }

    @Test
    void nothingNestsWithoutEnd() {
        for (String deep : List.of("{{ " + "(".repeat(5000) + " }}", "{{ " + "not ".repeat(200_000) + "1 }}",
                "{% if yes %}".repeat(5000), "{{ " + "-".repeat(200_000) + "1 }}")) {
            assertThrows(InputException.class, () -> rendered(deep));
        }
    }
}
