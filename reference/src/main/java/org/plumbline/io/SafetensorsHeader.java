package org.plumbline.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The parsed and checked header of a safetensors file: where each tensor lies in the data section, and the metadata.
 * Once an instance exists, every tensor lies inside the data section, its bytes agree with its dtype and shape, and the
 * tensors tile the section without a gap or an overlap.
 */
record SafetensorsHeader(Map<String, Tensor> tensors, Map<String, String> metadata) {

    static final String METADATA = "__metadata__";

    /** One tensor: element type, shape, first byte inside the data section, number of elements. */
    record Tensor(Dtype dtype, int[] shape, long begin, long count) {
        long end() {
            return begin + count * dtype.bytes();
        }
    }

    /**
     * @param json the header's bytes
     * @param dataBytes length of the data section
     */
    static SafetensorsHeader parse(Path path, byte[] json, long dataBytes) {
        if (json.length == 0 || json[0] != '{') {
            throw new MalformedFileException(path, "the header does not begin with '{': not a safetensors file");
        }
        JsonNode root = Json.parse(path, json);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (entry.getKey().equals(METADATA)) {
                readMetadata(path, entry.getValue(), metadata);
            } else {
                tensors.put(entry.getKey(), new EntryReader(path, entry.getKey(), dataBytes).read(entry.getValue()));
            }
        }
        requireTiling(path, tensors, dataBytes);
        return new SafetensorsHeader(
                Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    private static void readMetadata(Path path, JsonNode node, Map<String, String> metadata) {
        if (!node.isObject()) {
            throw new MalformedFileException(path, METADATA + ": found " + node.getNodeType() + ", expected an object");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isString()) {
                throw new MalformedFileException(path, METADATA + " '" + entry.getKey() + "': found "
                        + entry.getValue().getNodeType() + ", expected a string");
            }
            metadata.put(entry.getKey(), entry.getValue().stringValue());
        }
    }

    private static void requireTiling(Path path, Map<String, Tensor> tensors, long dataBytes) {
        List<Map.Entry<String, Tensor>> byOffset = new ArrayList<>(tensors.entrySet());
        byOffset.sort(Comparator.<Map.Entry<String, Tensor>>comparingLong(e -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long covered = 0;
        for (Map.Entry<String, Tensor> entry : byOffset) {
            long begin = entry.getValue().begin();
            if (begin != covered) {
                throw new MalformedFileException(path, "tensor '" + entry.getKey() + "' begins at data byte " + begin
                        + (begin < covered ? ", inside the tensor before it" : ", leaving a gap") + ": expected "
                        + covered);
            }
            covered = entry.getValue().end();
        }
        if (covered != dataBytes) {
            throw new MalformedFileException(
                    path, "found " + dataBytes + " data bytes, expected " + covered + ": the end of the last tensor");
        }
    }

    /** Reads one tensor's entry; its fields are what every message names. */
    private record EntryReader(Path path, String name, long dataBytes) {

        Tensor read(JsonNode entry) {
            if (!entry.isObject() || entry.size() != 3) {
                throw malformed("expected an object of dtype, shape and data_offsets");
            }
            Dtype dtype = dtype(entry.path("dtype"));
            int[] shape = shape(entry.path("shape"));
            long[] offsets = offsets(entry.path("data_offsets"));
            long count = 1;
            try {
                for (int extent : shape) {
                    count = Math.multiplyExact(count, extent);
                }
                if (Math.multiplyExact(count, dtype.bytes()) != offsets[1] - offsets[0]) {
                    throw malformed("data_offsets " + Arrays.toString(offsets) + " hold " + (offsets[1] - offsets[0])
                            + " bytes, but dtype " + dtype + " and shape " + Arrays.toString(shape) + " need "
                            + count * dtype.bytes());
                }
            } catch (ArithmeticException _) {
                throw malformed("shape " + Arrays.toString(shape) + " has more elements than any file can hold");
            }
            return new Tensor(dtype, shape, offsets[0], count);
        }

        private Dtype dtype(JsonNode node) {
            for (Dtype dtype : Dtype.values()) {
                if (node.isString() && dtype.name().equals(node.stringValue())) {
                    return dtype;
                }
            }
            throw malformed("found dtype " + node + ", expected one of " + Arrays.toString(Dtype.values()));
        }

        private int[] shape(JsonNode node) {
            if (!node.isArray()) {
                throw malformed("found shape " + node + ", expected an array of integers");
            }
            int[] shape = new int[node.size()];
            for (int i = 0; i < shape.length; i++) {
                JsonNode extent = node.get(i);
                if (!extent.isIntegralNumber() || !extent.canConvertToInt() || extent.intValue() < 0) {
                    throw malformed("found shape " + node + ", expected extents in 0.." + Integer.MAX_VALUE);
                }
                shape[i] = extent.intValue();
            }
            return shape;
        }

        private long[] offsets(JsonNode node) {
            boolean pair = node.isArray() && node.size() == 2 && isLong(node.get(0)) && isLong(node.get(1));
            long begin = pair ? node.get(0).longValue() : -1;
            long end = pair ? node.get(1).longValue() : -1;
            if (begin < 0 || end < begin || end > dataBytes) {
                throw malformed("found data_offsets " + node + ", expected [begin, end] with 0 <= begin <= end <= "
                        + dataBytes + ", the data bytes in the file");
            }
            return new long[] {begin, end};
        }

        private static boolean isLong(JsonNode node) {
            return node.isIntegralNumber() && node.canConvertToLong();
        }

        private MalformedFileException malformed(String detail) {
            return new MalformedFileException(path, "tensor '" + name + "': " + detail);
        }
    }
}
