package org.plumbline.io;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The default file system for code that is killed: after a given number of changes the next one, and whatever changes
 * are tried after it, throw {@link Killed} and do nothing. Making a folder, removing and renaming are one change each;
 * opening a file to write is two, so that it can be left empty. Bytes written to an open file are not counted.
 *
 * <p>Or, as on a disk that is {@link #full}, no file can be opened to write and no folder made after that many changes;
 * removing and renaming go on.
 */
public final class MortalFileSystem extends FileSystem {
    /** Stands for the end of the process: no handler of failures may catch it and go on. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What a path of this file system is one of the default file system. */
    private interface Mirrored {
        Path real();
    }

    private final FileSystem defaults = FileSystems.getDefault();
    private final FileSystemProvider provider = new Provider();
    private final int lifetime;
    private final boolean full;
    private int changes;

    /** One on which so many changes succeed. */
    public MortalFileSystem(int lifetime) {
        this(lifetime, false);
    }

    private MortalFileSystem(int lifetime, boolean full) {
        this.lifetime = lifetime;
        this.full = full;
    }

    /** One whose disk is full after so many changes. */
    public static MortalFileSystem full(int changes) {
        return new MortalFileSystem(changes, true);
    }

    /** How many changes were made. */
    public int changes() {
        return changes;
    }

    /** A path of the default file system as one of this. */
    public Path path(Path real) {
        return (Path) Proxy.newProxyInstance(MortalFileSystem.class.getClassLoader(),
                new Class<?>[] {Path.class, Mirrored.class}, (_, method, arguments) -> switch (method.getName()) {
            case "real" -> real;
            case "getFileSystem" -> this;
            default -> mirrored(invoke(real, method, arguments));
        });
    }

    private static Object invoke(Path real, Method method, Object[] arguments) throws Throwable {
        Object[] own = arguments == null ? new Object[0] : arguments.clone();
        Arrays.setAll(own, i -> own[i] instanceof Mirrored path ? path.real() : own[i]);
        try {
            return method.invoke(real, own);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object mirrored(Object result) {
        return result instanceof Path path ? path(path) : result;
    }

    private static Path real(Path path) {
        return path instanceof Mirrored mirrored ? mirrored.real() : path;
    }

    /** A change that needs room on the disk. */
    private synchronized void growth(Path path) throws IOException {
        if (full && changes >= lifetime) {
            throw new FileSystemException(path.toString(), null, "No space left on device");
        }
        change();
    }

    private synchronized void change() {
        if (!full && changes == lifetime) {
            throw new Killed();
        }
        changes++;
    }

    private final class Provider extends FileSystemProvider {
        private final FileSystemProvider defaultProvider = defaults.provider();

        @Override
        public FileChannel newFileChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            if (!options.contains(StandardOpenOption.WRITE)) {
                return defaultProvider.newFileChannel(real(path), options, attributes);
            }
            growth(path);
            FileChannel channel = defaultProvider.newFileChannel(real(path), options, attributes);
            try {
                growth(path);
                return channel;
            } catch (Killed | IOException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return newFileChannel(path, options, attributes);
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            // Asked first, as one that is there is no change.
            if (!Files.exists(real(folder))) {
                growth(folder);
            }
            defaultProvider.createDirectory(real(folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            if (Files.exists(real(path))) {
                change();
            }
            defaultProvider.delete(real(path));
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            change();
            defaultProvider.move(real(source), real(target), options);
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            change();
            defaultProvider.copy(real(source), real(target), options);
        }

        @Override
        public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
            change();
            defaultProvider.setAttribute(real(path), name, value, options);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(
                Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
            DirectoryStream<Path> stream =
                    defaultProvider.newDirectoryStream(real(folder), entry -> filter.accept(path(entry)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    Iterator<Path> entries = stream.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return entries.hasNext();
                        }

                        @Override
                        public Path next() {
                            return path(entries.next());
                        }
                    };
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return defaultProvider.isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return defaultProvider.isHidden(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            defaultProvider.checkAccess(real(path), modes);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(
                Path path, Class<A> type, LinkOption... options) throws IOException {
            return defaultProvider.readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(
                Path path, String attributes, LinkOption... options) throws IOException {
            return defaultProvider.readAttributes(real(path), attributes, options);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return defaultProvider.getFileAttributeView(real(path), type, options);
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return defaultProvider.getFileStore(real(path));
        }

        @Override
        public String getScheme() {
            return "mortal";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return MortalFileSystem.this;
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
        return path(defaults.getPath(first, more));
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return defaults.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return defaults.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return defaults.supportedFileAttributeViews();
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return defaults.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }
}
