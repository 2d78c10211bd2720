package dev.vectormigrate.pgvector;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A network between driver and server that is cut at a chosen message of the driver. */
final class PostgresProxy implements AutoCloseable {

  /** Where the network is cut. */
  enum Cut {
    /** The message does not reach the server. */
    BEFORE,
    /** The server has carried the message out; its answer does not reach the driver. */
    AFTER,
    /** The driver is cut off at once; the server notices nothing and carries the message out. */
    DURING
  }

  private final LocalPostgres.Database database;
  private final URI server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicInteger commits = new AtomicInteger();
  private volatile Plan plan = new Plan(0, 0, Cut.BEFORE, false);
  private volatile boolean unreachable;

  /** What to cut: a number of a message, or of a COMMIT, counted from 1; 0 for none. */
  private record Plan(int message, int commit, Cut cut, boolean forGood) {}

  private PostgresProxy(LocalPostgres.Database database) throws IOException {
    this.database = database;
    server = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    inThread(this::accept);
  }

  static PostgresProxy to(LocalPostgres.Database database) throws IOException {
    return new PostgresProxy(database);
  }

  private static void inThread(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** The database, by way of this network. */
  DataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(
        "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable"
            .formatted(listener.getLocalPort(), server.getPath()));
    dataSource.setUser(database.username());
    dataSource.setPassword(database.password());
    return dataSource;
  }

  /** Cuts at the n-th COMMIT from now on. */
  void cutCommit(int n, Cut cut) {
    plan = new Plan(0, commits.get() + n, cut, false);
  }

  /** Cuts at the next COMMIT; from then on, the server can't be reached. */
  void cutCommitForGood(Cut cut) {
    plan = new Plan(0, commits.get() + 1, cut, true);
  }

  /** Cuts before the n-th message from now on, whatever it is. */
  void cutMessage(int n) {
    plan = new Plan(messages.get() + n, 0, Cut.BEFORE, false);
  }

  int commits() {
    return commits.get();
  }

  int messages() {
    return messages.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket driver = listener.accept();
        if (unreachable) {
          driver.close();
        } else {
          Socket backend = new Socket(server.getHost(), server.getPort());
          // Else each small message waits for the acknowledgement of the one before.
          driver.setTcpNoDelay(true);
          backend.setTcpNoDelay(true);
          sockets.add(driver);
          sockets.add(backend);
          new Link(driver, backend).start();
        }
      }
    } catch (IOException e) {
      shut(listener);
    }
  }

  private static void shut(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    shut(listener);
    sockets.forEach(PostgresProxy::shut);
  }

  /** One connection. */
  private final class Link {

    private final Socket driver;
    private final Socket backend;
    private final Map<String, String> statements = new HashMap<>();
    private volatile boolean swallowing;

    Link(Socket driver, Socket backend) {
      this.driver = driver;
      this.backend = backend;
    }

    void start() {
      inThread(() -> untilClosed(this::driverToBackend));
      inThread(() -> untilClosed(this::backendToDriver));
    }

    private interface Pump {
      void run() throws IOException;
    }

    private void untilClosed(Pump pump) {
      try {
        pump.run();
      } catch (IOException e) {
        shut(driver);
        shut(backend);
      }
    }

    private void driverToBackend() throws IOException {
      DataInputStream in = input(driver);
      DataOutputStream out = output(backend);
      byte[] startup = new byte[in.readInt() - 4];
      in.readFully(startup);
      out.writeInt(startup.length + 4);
      out.write(startup);
      out.flush();
      boolean cutDuring = false;
      while (true) {
        Message message = Message.read(in);
        Plan now = plan;
        boolean commit = isCommit(message);
        boolean hit =
            messages.incrementAndGet() == now.message()
                || (commit && commits.incrementAndGet() == now.commit());
        if (hit) {
          unreachable = now.forGood();
          if (now.cut() == Cut.BEFORE) {
            throw new IOException("cut");
          }
          swallowing = true;
          cutDuring = now.cut() == Cut.DURING;
        }
        message.write(out);
        if (cutDuring && message.type() == 'S') {
          driver.close();
          return;
        }
      }
    }

    /** The driver names a statement when it parses it, and uses the name from then on. */
    private boolean isCommit(Message message) {
      switch (message.type()) {
        case 'P' -> statements.put(message.text(0), message.text(1));
        case 'B' -> {
          return "COMMIT".equals(statements.get(message.text(1)));
        }
        case 'Q' -> {
          return "COMMIT".equals(message.text(0));
        }
        default -> {}
      }
      return false;
    }

    private void backendToDriver() throws IOException {
      DataInputStream in = input(backend);
      DataOutputStream out = output(driver);
      while (true) {
        Message message = Message.read(in);
        if (!swallowing) {
          message.write(out);
        } else if (message.type() == 'Z') {
          throw new IOException("cut");
        }
      }
    }

    private DataInputStream input(Socket socket) throws IOException {
      return new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    private DataOutputStream output(Socket socket) throws IOException {
      return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }
  }

  /** A message of the protocol: a type, a length, a body. */
  record Message(char type, byte[] body) {

    static Message read(DataInputStream in) throws IOException {
      char type = (char) in.readUnsignedByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      return new Message(type, body);
    }

    void write(DataOutputStream out) throws IOException {
      out.writeByte(type);
      out.writeInt(body.length + 4);
      out.write(body);
      out.flush();
    }

    /** The zero-terminated text at a position from 0. */
    String text(int index) {
      return new String(body, StandardCharsets.UTF_8).split("\0", -1)[index];
    }
  }
}
