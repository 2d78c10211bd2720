package dev.vectormigrate.pgvector;

import dev.vectormigrate.pgvector.PostgresProxy.Message;
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
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A pooler in transaction mode: a client has a connection to the server for as long as a
 * transaction lasts. As with PgBouncer, the one that came back last is lent first.
 */
final class TransactionPooler implements AutoCloseable {

  private static final int AUTHENTICATED = 0;
  private static final int LAST_OF_SCRAM = 12;

  private final LocalPostgres.Database database;
  private final URI server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final BlockingDeque<Peer> idle = new LinkedBlockingDeque<>();

  private TransactionPooler(LocalPostgres.Database database) throws IOException {
    this.database = database;
    server = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    inThread(this::accept);
  }

  static TransactionPooler to(LocalPostgres.Database database) throws IOException {
    return new TransactionPooler(database);
  }

  /**
   * The database, by way of this pooler, without statements that live longer than a transaction.
   */
  DataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(
        "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable&prepareThreshold=0"
            .formatted(listener.getLocalPort(), server.getPath()));
    dataSource.setUser(database.username());
    dataSource.setPassword(database.password());
    return dataSource;
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void inThread(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException | InterruptedException e) {
                // The sockets were closed: this is how it ends.
                return;
              }
            },
            "pooler");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Peer client = new Peer(listener.accept());
      inThread(() -> serve(client));
    }
  }

  private void serve(Peer client) throws IOException, InterruptedException {
    Peer backend = new Peer(new Socket(server.getHost(), server.getPort()));
    logIn(client, backend);
    idle.addFirst(backend);
    while (true) {
      Message message = Message.read(client.in);
      if (message.type() == 'X') {
        client.socket.close();
        return;
      }
      Peer lent = idle.takeFirst();
      untilTransactionEnds(client, lent, message);
      idle.addFirst(lent);
    }
  }

  private static void logIn(Peer client, Peer backend) throws IOException {
    byte[] startup = new byte[client.in.readInt() - 4];
    client.in.readFully(startup);
    backend.out.writeInt(startup.length + 4);
    backend.out.write(startup);
    backend.out.flush();
    Message answer = Message.read(backend.in);
    while (answer.type() != 'Z') {
      answer.write(client.out);
      if (answer.type() == 'R' && asks(answer)) {
        Message.read(client.in).write(backend.out);
      }
      answer = Message.read(backend.in);
    }
    answer.write(client.out);
  }

  private static boolean asks(Message authentication) {
    int kind = authentication.body()[3];
    return kind != AUTHENTICATED && kind != LAST_OF_SCRAM;
  }

  private static void untilTransactionEnds(Peer client, Peer backend, Message first)
      throws IOException {
    Message message = first;
    while (true) {
      message.write(backend.out);
      boolean isAnswered = message.type() == 'S' || message.type() == 'Q';
      if (isAnswered && answer(client, backend) == 'I') {
        return;
      }
      message = Message.read(client.in);
    }
  }

  /** Hands over what the server says, up to whether a transaction is open. */
  private static char answer(Peer client, Peer backend) throws IOException {
    while (true) {
      Message message = Message.read(backend.in);
      message.write(client.out);
      if (message.type() == 'Z') {
        return (char) message.body()[0];
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** One end of a connection. */
  private final class Peer {

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      sockets.add(socket);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }
  }
}
