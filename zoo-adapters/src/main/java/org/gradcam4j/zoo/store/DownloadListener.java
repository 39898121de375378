package org.gradcam4j.zoo.store;

/** Hears how a download goes; called on the thread that downloads. */
public interface DownloadListener {
  /** Hears nothing. */
  DownloadListener NONE =
      new DownloadListener() {
        @Override
        public void bytes(long there, long total) {}

        @Override
        public void remark(String line) {}
      };

  /**
   * More bytes are there.
   *
   * @param there how many, with those of earlier attempts
   * @param total how many there will be; -1 while that is unknown
   */
  void bytes(long there, long total);

  /** Something that a waiting person wants to know: a lost connection, another process. */
  void remark(String line);
}
