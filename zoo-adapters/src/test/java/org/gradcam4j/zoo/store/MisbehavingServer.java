package org.gradcam4j.zoo.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on this machine that answers each request as the next of its answers says. */
final class MisbehavingServer implements AutoCloseable {
  /**
   * A request.
   *
   * @param path of the address
   * @param headers by their names, without regard to case
   */
  record Request(String path, Map<String, String> headers) {
    /** Where the range that is asked for begins; 0 if the whole file is. */
    int from() {
      String range = headers.getOrDefault("Range", "bytes=0-");
      return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
  }

  /** Writes an answer, headers and all; the connection is closed after it. */
  @FunctionalInterface
  interface Answer {
    void write(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Deque<Answer> answers;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Gives these answers one after the other, and the last again and again. */
  MisbehavingServer(Answer... answers) throws IOException {
    this.answers = new ArrayDeque<>(List.of(answers));
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "server");
    thread.setDaemon(true);
    thread.start();
  }

  URI address(String path) {
    return URI.create(
        "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort() + path);
  }

  List<Request> requests() {
    return requests;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Answer answer = answers.size() > 1 ? answers.remove() : answers.peek();
        Thread thread = new Thread(() -> serve(client, answer), "answer");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client, Answer answer) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      String path = in.readLine().split(" ")[1];
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
      }
      Request request = new Request(path, headers);
      requests.add(request);
      OutputStream out = client.getOutputStream();
      answer.write(request, out);
      out.flush();
    } catch (IOException e) {
      // The client has gone: its right.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Status and headers, then the body's bytes from one index to another. */
  static void write(OutputStream out, byte[] body, int from, int to, String... head)
      throws IOException {
    StringBuilder text = new StringBuilder("HTTP/1.1 ");
    for (String line : head) {
      text.append(line).append("\r\n");
    }
    out.write((text + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(body, from, to - from);
    out.flush();
  }

  /** A status and headers alone. */
  static Answer head(String... head) {
    return (request, out) -> write(out, new byte[0], 0, 0, head);
  }

  /** What a good server does: the file, or the rest of it if the version is still the same. */
  static Answer file(byte[] file, String etag) {
    return (request, out) -> good(request, out, file, etag, file.length);
  }

  /** The same, but the connection is lost after some bytes of the body. */
  static Answer dropping(byte[] file, String etag, int after) {
    return (request, out) ->
        good(request, out, file, etag, Math.min(file.length, request.from() + after));
  }

  private static void good(Request request, OutputStream out, byte[] file, String etag, int to)
      throws IOException {
    if (request.from() >= file.length) {
      write(out, file, 0, 0, "416 Range Not Satisfiable", "Content-Length: 0");
    } else if (request.from() > 0 && etag.equals(request.headers().get("If-Range"))) {
      write(
          out,
          file,
          request.from(),
          to,
          "206 Partial Content",
          "ETag: " + etag,
          "Content-Length: " + (file.length - request.from()),
          "Content-Range: bytes %d-%d/%d".formatted(request.from(), file.length - 1, file.length));
    } else {
      write(
          out,
          file,
          0,
          Math.min(to, file.length),
          "200 OK",
          "ETag: " + etag,
          "Content-Length: " + file.length);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
