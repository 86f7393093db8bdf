package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Files that say what the rows and columns of a matrix of scores are. */
@FunctionalInterface
public interface ScoreTables {
    /** None. */
    ScoreTables NONE = _ -> {};

    /** Puts the files into a store. */
    void write(Store store);

    /** Where the files go. */
    @FunctionalInterface
    interface Store {

        /**
         * Writes a file, which belongs to the store from then on.
         *
         * @param name of the file in the store's folder
         * @param writer writes it at the path that it is given
         */
        void put(String name, Consumer<Path> writer);
    }
}
