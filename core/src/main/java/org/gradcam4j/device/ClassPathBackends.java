package org.gradcam4j.device;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.bytedeco.javacpp.Loader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** The backends that ND4J finds as services. */
final class ClassPathBackends implements Backends {
  private static final Map<Device, String> CLASSES =
      Map.of(
          Device.CPU, "org.nd4j.linalg.cpu.nativecpu.CpuBackend",
          Device.CUDA, "org.nd4j.linalg.jcublas.JCublasBackend");

  private static final String CUDA_BINDINGS = "org.nd4j.linalg.jcublas.bindings.Nd4jCuda";

  /** ND4J's, before a backend was chosen. */
  private final ClassLoader whole;

  ClassPathBackends() {
    ClassLoader loader = ND4JClassLoading.getNd4jClassloader();
    whole = loader instanceof OneBackend one ? one.getParent() : loader;
  }

  private Optional<ServiceLoader.Provider<Nd4jBackend>> provider(Device device) {
    return ServiceLoader.load(Nd4jBackend.class, whole).stream()
        .filter(provider -> provider.type().getName().equals(CLASSES.get(device)))
        .findFirst();
  }

  @Override
  public boolean has(Device device) {
    return provider(device).isPresent();
  }

  @Override
  public Optional<String> whyCudaFails() {
    try {
      // Asks the CUDA runtime for devices. isAvailable() would print a stack trace.
      provider(Device.CUDA).orElseThrow().get().canRun();
      Loader.load(Class.forName(CUDA_BINDINGS, true, whole));
      return Optional.empty();
    } catch (Exception | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      String message = root.getMessage() == null ? root.toString() : root.getMessage();
      // Without the folder that JavaCPP unpacked the library to.
      return Optional.of(message.lines().findFirst().orElse("").replaceFirst("^/\\S*/", ""));
    }
  }

  @Override
  public void use(Device device) {
    ND4JClassLoading.setNd4jClassloader(new OneBackend(whole, CLASSES.get(device)));
    String running = Nd4j.getBackend().getClass().getName();
    if (!running.equals(CLASSES.get(device))) {
      throw new IllegalStateException(
          "ND4J already runs on "
              + running
              + ": choose the device before anything of ND4J or Deeplearning4j is used");
    }
  }

  /**
   * ND4J's class loader, by which it finds its backends, with one of them alone: their order is for
   * the environment of the process to say, which Java cannot change.
   */
  static final class OneBackend extends ClassLoader {
    private static final String SERVICES = "META-INF/services/" + Nd4jBackend.class.getName();

    private final String backend;

    OneBackend(ClassLoader parent, String backend) {
      super(parent);
      this.backend = backend;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(SERVICES)
          ? Collections.enumeration(List.of(services()))
          : super.getResources(name);
    }

    private URL services() {
      byte[] content = backend.getBytes(StandardCharsets.UTF_8);
      URLStreamHandler handler =
          new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
              return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                  return new ByteArrayInputStream(content);
                }
              };
            }
          };
      try {
        return new URL(null, "memory:" + SERVICES, handler);
      } catch (MalformedURLException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
