package org.gradcam4j.zoo.weights;

import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.Superblock.SuperblockV0V1;
import io.jhdf.Superblock.SuperblockV2V3;
import io.jhdf.SymbolTableEntry;
import io.jhdf.Utils;
import io.jhdf.btree.BTreeV1;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.dataset.DatasetLoader;
import io.jhdf.dataset.NoParent;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.LinkMessage.LinkType;
import io.jhdf.object.message.SymbolTableMessage;
import io.jhdf.storage.HdfInMemoryByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A group of an HDF5 file: its attributes and what it leads to.
 *
 * <p>Put together from the parts of which jHDF's own groups are made, over a storage that counts
 * what they read: theirs follow whatever a file points to, however often and in circles. Indices of
 * HDF5 1.10, whose sizes jHDF believes, and links are refused.
 */
final class KerasGroup {
  private static final long UNDEFINED = -1;

  /** A file in memory, of which so much can be read and no more. */
  static final class Storage extends HdfInMemoryByteBuffer {
    private static final long FREE = 1 << 24;
    private static final long READ = 64;

    private long left;

    Storage(ByteBuffer contents, Superblock superblock) {
      super(contents, superblock);
      // The structure of a file is small: it is not read more often than this.
      this.left = FREE + 4L * contents.capacity();
    }

    /** The structure has been read: from here on the caller knows how much it reads. */
    void release() {
      left = Long.MAX_VALUE;
    }

    @Override
    public synchronized ByteBuffer mapNoOffset(long address, long length) {
      left -= Math.max(0, length) + READ;
      if (left < 0) {
        throw new HdfException("its parts point to each other again and again");
      }
      return super.mapNoOffset(address, length);
    }
  }

  private final Storage storage;
  private final String path;
  private final ObjectHeader header;
  private final Map<String, Long> addresses = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private KerasGroup(Storage storage, long address, String path) throws IOException {
    this.storage = storage;
    this.path = path;
    this.header = ObjectHeader.readObjectHeader(storage, address);
    for (LinkInfoMessage links : header.getMessagesOfType(LinkInfoMessage.class)) {
      checkAbsent(links.getBTreeNameIndexAddress());
    }
    for (AttributeInfoMessage attributes : header.getMessagesOfType(AttributeInfoMessage.class)) {
      checkAbsent(attributes.getFractalHeapAddress());
    }
    for (SymbolTableMessage table : header.getMessagesOfType(SymbolTableMessage.class)) {
      readTable(table);
    }
    for (LinkMessage link : header.getMessagesOfType(LinkMessage.class)) {
      if (link.getLinkType() == LinkType.HARD) {
        addresses.put(link.getLinkName(), link.getHardLinkAddress());
      } else {
        boolean external = link.getLinkType() == LinkType.EXTERNAL;
        links.put(link.getLinkName(), external ? "a link into another file" : "a link");
      }
    }
  }

  /** The root of a file. */
  static KerasGroup root(ByteBuffer contents) throws IOException {
    // Not HDF5's own search for a signature, at 512, 1024 ...: Keras' files begin with theirs.
    Superblock superblock = Superblock.readSuperblock(contents.order(ByteOrder.LITTLE_ENDIAN));
    if (superblock.getBaseAddressByte() != 0) {
      throw new IOException("does not begin where it says");
    }
    if (superblock.getEndOfFileAddress() > contents.capacity()) {
      throw new IOException(
          "is truncated: it has %d bytes, it needs %d"
              .formatted(contents.capacity(), superblock.getEndOfFileAddress()));
    }
    Storage storage = new Storage(contents, superblock);
    long address =
        superblock instanceof SuperblockV0V1 old
            ? new SymbolTableEntry(storage, old.getRootGroupSymbolTableAddress())
                .getObjectHeaderAddress()
            : ((SuperblockV2V3) superblock).getRootGroupObjectHeaderAddress();
    return new KerasGroup(storage, address, "/");
  }

  private void checkAbsent(long address) throws IOException {
    if (address != UNDEFINED) {
      throw new IOException("has an index of HDF5 1.10 in " + path + ": write it without");
    }
  }

  private void readTable(SymbolTableMessage table) {
    ByteBuffer names = new LocalHeap(storage, table.getLocalHeapAddress()).getDataBuffer();
    BTreeV1 tree = BTreeV1.createGroupBTree(storage, table.getBTreeAddress());
    for (long node : tree.getChildAddresses()) {
      for (SymbolTableEntry entry :
          new GroupSymbolTableNode(storage, node).getSymbolTableEntries()) {
        String name = Utils.readUntilNull(names.position(entry.getLinkNameOffset()));
        if (entry.getCacheType() == 2) {
          links.put(name, "a link");
        } else {
          addresses.put(name, entry.getObjectHeaderAddress());
        }
      }
    }
  }

  Storage storage() {
    return storage;
  }

  String path() {
    return path;
  }

  /** An attribute; null if there is none of the name. */
  AttributeMessage attribute(String name) {
    return header.getMessagesOfType(AttributeMessage.class).stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The group at a path below this one; null if there is nothing. */
  KerasGroup group(String below) throws IOException {
    KerasGroup group = this;
    for (String name : below.split("/")) {
      Long address = group.address(name);
      if (address == null) {
        return null;
      }
      group = new KerasGroup(storage, address, group.path + name + "/");
    }
    return group;
  }

  /** The dataset at a path below this group; null if there is nothing, or another thing. */
  DatasetBase dataset(String below) throws IOException {
    int slash = below.lastIndexOf('/');
    KerasGroup group = slash < 0 ? this : group(below.substring(0, slash));
    String name = below.substring(slash + 1);
    Long address = group == null ? null : group.address(name);
    if (address == null) {
      return null;
    }
    ObjectHeader header = ObjectHeader.readObjectHeader(storage, address);
    if (!header.hasMessageOfType(DataSpaceMessage.class)) {
      return null;
    }
    return (DatasetBase) DatasetLoader.createDataset(storage, header, name, NoParent.INSTANCE);
  }

  private Long address(String name) throws IOException {
    if (links.containsKey(name)) {
      throw new IOException(
          "has %s in place of '%s': links are not followed".formatted(links.get(name), name));
    }
    return addresses.get(name);
  }
}
