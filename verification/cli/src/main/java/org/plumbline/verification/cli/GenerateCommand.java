package org.plumbline.verification.cli;

import static org.plumbline.text.VisibleText.escape;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Continuation;
import org.plumbline.model.Generator;
import org.plumbline.model.Sampling;
import org.plumbline.text.Packing;
import org.plumbline.text.PromptedText;
import org.plumbline.text.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Complete a prompt, with the log-probability of each token.",
        description = "Without --temperature or --top-p, each token is the most probable one. Log-probabilities are "
                + "those of the model, in nats, whatever a token was drawn from: they add up to the negative loss of "
                + "the completion.",
        footer = {
            "",
            "Examples:",
            "  ./plumbline generate --model models/pythia-70m --prompt \"The capital of\"",
            "  ./plumbline generate --model model/ --prompt \"Once\" --max-tokens 100 \\",
            "      --temperature 0.8 --top-p 0.95 --seed 3"
        })
final class GenerateCommand implements Callable<Integer> {
    private static final String NO_END = "none";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Option(names = "--tokenizer", paramLabel = "PATH",
            description = "tokenizer.json, its folder, or a folder with vocab.json and merges.txt; 'bytes' for one "
                    + "token per byte. Default: the model's tokenizer.")
    private String tokenizer;

    @ArgGroup(multiplicity = "1")
    private PromptOptions.Prompt given;

    @Option(names = "--begin-token", paramLabel = "TOKEN",
            description = "Token before the prompt, as text or id. Default: none.")
    private String beginToken;

    @Option(names = "--max-tokens", paramLabel = "N", defaultValue = "64",
            description = "Number of tokens to write at most. The model's context may end before.")
    private int most;

    @Option(names = "--end-token", paramLabel = "TOKEN",
            description = "Token to stop after, as text or id, or none. Default: the tokenizer's end-of-text token, "
                    + "if it has one.")
    private String endToken;

    @Option(names = "--temperature", paramLabel = "T",
            description = "Draw tokens from the probabilities to the power of 1/T. Default: the most probable token, "
                    + "which is also T = 0; 1 with --top-p.")
    private Double temperature;

    @Option(names = "--top-p", paramLabel = "P",
            description = "Draw from the fewest most probable tokens that together have at least this probability. "
                    + "Default: from all.")
    private Double topP;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the draws.")
    private long seed;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        if (most < 1) {
            throw new InputException("--max-tokens " + most + " is out of range: expected at least 1");
        }
        Sampling sampling = sampling();
        ModelFolder folder = model.load(Optional.ofNullable(tokenizer).map(HashedTokenizer::named));
        Tokenizer tokens = folder.tokenizer().tokenizer();
        String prompt = given.value();
        int[] ids = PromptedText.of(tokens, prompt, "")
                .tokens(beginToken == null ? Packing.NONE : DataOptions.token("--begin-token", beginToken, tokens));
        if (ids.length == 0) {
            throw new InputException("--prompt '' has no tokens, expected a text or --begin-token");
        }
        try (Workers workers = engine.workers()) {
            Continuation continuation = new Generator(folder.model(), folder.parameters(), engine.engine(workers))
                    .continuation(ids, most, end(tokens), sampling);
            print(continuation, prompt, ids.length, tokens);
        }
        return 0;
    }

    private Sampling sampling() {
        if (temperature == null && topP == null) {
            GivenOptions.refuse(spec, "without --temperature or --top-p: the most probable token is taken", "--seed");
            return Sampling.GREEDY;
        }
        if (temperature != null && temperature == 0) {
            GivenOptions.refuse(spec, "with --temperature 0: the most probable token is taken", "--top-p", "--seed");
        }
        if (temperature != null && !(temperature >= 0 && Double.isFinite(temperature))) {
            throw new InputException(
                    "--temperature " + temperature + " is out of range: expected 0 or a positive number");
        }
        if (topP != null && !(topP > 0 && topP <= 1)) {
            throw new InputException("--top-p " + topP + " is out of range: expected above 0 and at most 1");
        }
        return new Sampling(temperature == null ? 1 : temperature, topP == null ? 1 : topP, seed);
    }

    private OptionalInt end(Tokenizer tokens) {
        return switch (endToken) {
            case null -> DataOptions.endOfText(tokens);
            case NO_END -> OptionalInt.empty();
            default -> OptionalInt.of(DataOptions.token("--end-token", endToken, tokens));
        };
    }

    private void print(Continuation continuation, String prompt, int promptTokens, Tokenizer tokens) {
        PrintWriter out = spec.commandLine().getOut();
        int known = tokens.vocabularySize();
        String text = tokens.decode(Arrays.stream(continuation.text()).filter(id -> id < known).toArray());
        String stop = continuation.stop().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (json) {
            List<Map<String, Object>> written = continuation.tokens().stream().map(token -> {
                Map<String, Object> fields = new LinkedHashMap<String, Object>();
                fields.put("id", token.id());
                fields.put("token", shown(token.id(), tokens));
                fields.put("logProbability", token.logProbability());
                return fields;
            }).toList();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("prompt", prompt);
            fields.put("promptTokens", promptTokens);
            fields.put("completion", text);
            fields.put("logProbability", continuation.logProbability());
            fields.put("stop", stop);
            fields.put("tokens", written);
            out.print(Json.pretty(fields));
        } else {
            line(out, "prompt      \"%s\", %,d tokens", escape(prompt), promptTokens);
            line(out, "completion  \"%s\"", escape(text));
            line(out, "            log-probability %.3f of %,d tokens; ended by: %s", continuation.logProbability(),
                    continuation.tokens().size(), stop);
            line(out, "log-probability  token");
            continuation.tokens().forEach(token -> line(out, "%15.3f  \"%s\"", token.logProbability(),
                    escape(shown(token.id(), tokens))));
        }
        out.flush();
    }

    /** Models often have rows beyond the tokenizer's last token, which nothing keeps them from writing. */
    private static String shown(int id, Tokenizer tokens) {
        return id < tokens.vocabularySize() ? tokens.token(id) : "<no token " + id + ">";
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
