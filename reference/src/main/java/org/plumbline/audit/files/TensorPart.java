package org.plumbline.audit.files;

import java.nio.file.Path;
import java.util.Arrays;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.Npy;
import org.plumbline.io.SafetensorsFile;

/**
 * Where a tensor, or what some of the data adds to it, is kept.
 *
 * @param file a {@code .safetensors} file, or an {@code .npy} file with this array alone
 * @param key name of the tensor in the file; passed over for {@code .npy}
 */
record TensorPart(Path file, String key) {

    boolean isArray() {
        return file.toString().endsWith(".npy");
    }

    int[] shape() {
        if (isArray()) {
            return Npy.read(file).shape();
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            return open.shape(key);
        }
    }

    /**
     * @throws InputException if the tensor has another shape
     * @throws MalformedFileException if a value is not finite
     */
    double[] read(int... shape) {
        double[] values;
        if (isArray()) {
            Npy.Array array = Npy.read(file);
            if (!Arrays.equals(array.shape(), shape)) {
                throw new InputException(file + ": found shape " + Arrays.toString(array.shape()) + ", expected "
                        + Arrays.toString(shape));
            }
            values = array.values();
        } else {
            try (SafetensorsFile open = SafetensorsFile.open(file)) {
                open.requireShape(key, shape);
                values = open.doubles(key);
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new MalformedFileException(file, (isArray() ? "" : "tensor '" + key + "': ") + "element " + i
                        + " is " + values[i] + ", expected finite numbers: nothing can be said of what was computed "
                        + "from it");
            }
        }
        return values;
    }
}
