package org.plumbline.audit.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.io.Dtype;
import org.plumbline.io.InputException;
import org.plumbline.io.Npy;
import org.plumbline.io.SafetensorsFile;

/**
 * Token sequences as a training script has them: {@code [N, T]} ids in an {@code .npy} or a {@code .safetensors} file,
 * which may have a mask of the same shape beside them, {@code attention_mask} or {@code <name>_mask}, zero at padding.
 */
public final class TokenFile {
    private static final String MASK = "attention_mask";

    private TokenFile() {}

    /** Whether a file is read here, by its name. */
    public static boolean isOne(String path) {
        return name(path).endsWith(".safetensors") || name(path).endsWith(".npy");
    }

    private static String name(String path) {
        return path.replaceFirst("#.*", "");
    }

    /**
     * Reads all sequences, without padding.
     *
     * @param path of the file, with {@code #} and the name of the tensor where there are several
     * @throws InputException if the file is damaged, has no such tensor, or padding is inside a sequence
     */
    public static List<int[]> read(String path) {
        Path file = Path.of(name(path));
        if (path.endsWith(".npy")) {
            Npy.Array array = Npy.read(file);
            return rows(path, Arrays.stream(array.values()).mapToInt(value -> (int) value).toArray(), array.shape(),
                    Optional.empty());
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            String tensor = path.contains("#") ? path.substring(path.indexOf('#') + 1) : only(path, open);
            String mask = open.names().contains(tensor + "_mask") ? tensor + "_mask" : MASK;
            Optional<int[]> fed = open.names().contains(mask) ? Optional.of(open.ints(mask)) : Optional.empty();
            fed.ifPresent(_ -> open.requireShape(mask, open.shape(tensor)));
            return rows(path, open.ints(tensor), open.shape(tensor), fed);
        }
    }

    private static String only(String path, SafetensorsFile open) {
        List<String> names = open.names().stream()
                .filter(name -> !name.equals(MASK) && !name.endsWith("_mask"))
                .filter(name -> !open.dtype(name).isFloating() && open.dtype(name) != Dtype.BOOL)
                .toList();
        if (names.size() != 1) {
            throw new InputException(path + ": found tensors " + names + ", expected one of token ids, or '" + path
                    + "#' and the name of one");
        }
        return names.getFirst();
    }

    private static List<int[]> rows(String path, int[] tokens, int[] shape, Optional<int[]> mask) {
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 2) {
            throw new InputException(path + ": found shape " + Arrays.toString(shape)
                    + ", expected [sequences, tokens] with at least one sequence of two tokens");
        }
        List<int[]> rows = new ArrayList<>();
        for (int m = 0; m < shape[0]; m++) {
            int begin = m * shape[1];
            int from = begin;
            int to = begin + shape[1];
            while (mask.isPresent() && from < to && mask.get()[from] == 0) {
                from++;
            }
            while (mask.isPresent() && from < to && mask.get()[to - 1] == 0) {
                to--;
            }
            for (int t = from; t < to; t++) {
                if (mask.isPresent() && mask.get()[t] == 0) {
                    throw new InputException(path + ": sequence " + m + " has padding inside, expected it before or "
                            + "after the tokens");
                }
            }
            if (to - from < 2) {
                throw new InputException(path + ": sequence " + m + " has " + (to - from)
                        + " tokens, expected at least two: one to read and one to predict");
            }
            rows.add(Arrays.copyOfRange(tokens, from, to));
        }
        return rows;
    }
}
