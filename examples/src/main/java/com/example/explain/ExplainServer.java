package com.example.explain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.Target;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;

/**
 * Explains pictures over HTTP, many at once, with one explainer.
 *
 * <pre>
 * curl --data-binary @photo.jpg localhost:8080/predict
 * curl --data-binary @photo.jpg localhost:8080/explain?vertical -o overlay.png
 * </pre>
 *
 * <p>What a client did wrong is answered with 400 and one line that says what.
 */
public final class ExplainServer implements AutoCloseable {
  private static final int MAX_BYTES = 20_000_000;
  private static final long MAX_PIXELS = 20_000_000;

  private final Explainer explainer;
  private final HttpServer server;
  private final ExecutorService threads;

  /** Serves at once; the explainer stays the caller's. Port 0 is any free one. */
  ExplainServer(Explainer explainer, int port, int threadCount) throws IOException {
    this.explainer = explainer;
    this.threads = Executors.newFixedThreadPool(threadCount);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext(
        "/predict", exchange -> answer(exchange, "application/json", this::predict));
    server.createContext("/explain", exchange -> answer(exchange, "image/png", this::explain));
    server.start();
  }

  /** Trains the network of {@link ExplainOwnGraph} and serves it until the process is stopped. */
  public static void main(String[] args) throws IOException {
    ComputationGraph graph = ExplainOwnGraph.network();
    Stripes.batches(40, 16, 1).forEach(graph::fit);
    Explainer explainer = ExplainOwnGraph.explainer(graph);
    int cores = Runtime.getRuntime().availableProcessors();
    ExplainServer server = new ExplainServer(explainer, 8080, cores);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  explainer.close();
                }));
    System.out.println("http://localhost:" + server.port() + "/explain");
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  /** What a picture and the words after the question mark are answered with. */
  private interface Answer {
    byte[] of(Photo photo, String query) throws IOException;
  }

  /** The classes and their probabilities as JSON, most probable first. */
  private byte[] predict(Photo photo, String query) {
    return explainer.predict(List.of(explainer.input(photo))).get(0).stream()
        .sorted((a, b) -> Double.compare(b.probability(), a.probability()))
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "{\"class\": \"%s\", \"probability\": %.6f}",
                    p.label(),
                    p.probability()))
        .collect(Collectors.joining(", ", "[", "]\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What speaks for the class of that name, or else for the most probable one, as a PNG. */
  private byte[] explain(Photo photo, String query) throws IOException {
    Target target = query == null ? Target.topPredicted() : Target.label(query);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(explainer.explain(photo, new GradCam("relu3"), target).overlay(), "png", png);
    return png.toByteArray();
  }

  private static void answer(HttpExchange exchange, String type, Answer answer) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        send(exchange, 405, "text/plain; charset=utf-8", line("post a picture"));
        return;
      }
      byte[] body;
      try {
        body = answer.of(photo(exchange.getRequestBody()), exchange.getRequestURI().getQuery());
      } catch (IllegalArgumentException e) {
        send(exchange, 400, "text/plain; charset=utf-8", line(e.getMessage()));
        return;
      }
      send(exchange, 200, type, body);
    }
  }

  /**
   * The picture that a client sent.
   *
   * @throws IllegalArgumentException if it is none, saying why
   */
  private static Photo photo(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      // A client that is still sending would not hear the answer.
      body.readNBytes(MAX_BYTES);
      throw new IllegalArgumentException("the picture has more than " + MAX_BYTES + " bytes");
    }
    try {
      return Photo.decode(bytes, "you sent", MAX_PIXELS);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Takes no more requests and lets those that are being answered finish, for ten seconds. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
  }
}
