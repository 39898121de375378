package com.example.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.gradcam4j.Explainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainServerTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Explainer explainer;
  private static ExplainServer server;

  @BeforeAll
  static void start() throws IOException {
    explainer = ExplainOwnGraph.explainer(ExplainOwnGraph.network());
    server = new ExplainServer(explainer, 0, 4);
  }

  @AfterAll
  static void stop() {
    server.close();
    explainer.close();
  }

  private static HttpRequest post(String path, byte[] body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private static byte[] png(int seed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(
        Stripes.picture("picture", new Random(seed), ExplainOwnGraph.PATCHES).toBufferedImage(),
        "png",
        bytes);
    return bytes.toByteArray();
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, BodyHandlers.ofByteArray());
  }

  @Test
  void aPictureIsAnsweredWithAnOverlayOfItsSize() throws Exception {
    HttpResponse<byte[]> response = send(post("/explain?vertical", png(1)));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("image/png");
    assertThat(ImageIO.read(new ByteArrayInputStream(response.body())).getWidth())
        .isEqualTo(Stripes.SIZE);
  }

  @Test
  void theClassesAreJson() throws Exception {
    assertThat(text(send(post("/predict", png(1)))))
        .matches(
            """
            \\[\\{"class": "\\w+", "probability": 0\\.\\d{6}}, \
            \\{"class": "\\w+", "probability": 0\\.\\d{6}}]
            """);
  }

  @Test
  void manyAtOnceGetWhatOneAloneGets() throws Exception {
    List<HttpRequest> requests = new ArrayList<>();
    List<byte[]> alone = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      for (String path : List.of("/explain?horizontal", "/explain?vertical", "/predict")) {
        HttpRequest request = post(path, png(seed));
        requests.add(request);
        alone.add(send(request).body());
      }
    }
    assertThat(alone.stream().map(Arrays::hashCode).distinct()).hasSameSizeAs(alone);
    List<CompletableFuture<HttpResponse<byte[]>>> together = new ArrayList<>();
    for (int i = 0; i < 96; i++) {
      together.add(CLIENT.sendAsync(requests.get(i % requests.size()), BodyHandlers.ofByteArray()));
    }
    for (int i = 0; i < together.size(); i++) {
      assertThat(together.get(i).join().body()).isEqualTo(alone.get(i % alone.size()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 2000})
  void aBrokenPictureIsTheClientsMistake(int bytes) throws Exception {
    HttpResponse<byte[]> response = send(post("/explain", Arrays.copyOf(png(1), bytes)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(response)).matches(".*the photo you sent.*\\n").doesNotContain("/");
    assertThat(send(post("/explain", png(1))).statusCode()).isEqualTo(200);
  }

  @Test
  void anUnknownClassIsTheClientsMistake() throws Exception {
    HttpResponse<byte[]> response = send(post("/explain?diagonal", png(1)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(response)).contains("'diagonal'", "horizontal, vertical");
    assertThat(text(response).lines()).hasSize(1);
  }

  @Test
  void pagesAreNotServed() throws Exception {
    URI uri = URI.create("http://localhost:" + server.port() + "/explain");
    assertThat(send(HttpRequest.newBuilder(uri).build()).statusCode()).isEqualTo(405);
  }

  @Test
  void nobodyListensOnceItIsClosed() throws Exception {
    URI uri;
    try (ExplainServer own = new ExplainServer(explainer, 0, 1)) {
      uri = URI.create("http://localhost:" + own.port() + "/predict");
      HttpRequest request =
          HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(png(1))).build();
      assertThat(send(request).statusCode()).isEqualTo(200);
    }
    HttpRequest late = HttpRequest.newBuilder(uri).build();
    assertThatThrownBy(() -> send(late)).isInstanceOf(ConnectException.class);
  }
}
