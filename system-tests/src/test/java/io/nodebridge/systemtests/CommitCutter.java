package io.nodebridge.systemtests;

import io.nodebridge.bench.stack.PostgresAddress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// Stands between a service and Postgres, counts what a statement costs on the wire and, when told
/// to, lets it through, waits until Postgres says that it is committed, keeps that to itself and
/// cuts the connection.
///
/// It reads the frames of the wire protocol: a statement is prepared once under a name (Parse) and
/// then runs by that name (Bind), and only ReadyForQuery comes after the commit.
final class CommitCutter implements AutoCloseable {
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  private final PostgresAddress postgres;
  private final String statement;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ThreadFactory threads =
      Thread.ofVirtual()
          .name("commit-cutter-", 0)
          .uncaughtExceptionHandler((_, ended) -> {})
          .factory();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();

  private CommitCutter(PostgresAddress postgres, String statement) throws IOException {
    this.postgres = postgres;
    this.statement = statement;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /// Starts to listen.
  ///
  /// @param statement a part of the text of the statement whose reply is kept back
  static CommitCutter of(PostgresAddress postgres, String statement) throws IOException {
    CommitCutter cutter = new CommitCutter(postgres, statement);
    cutter.threads.newThread(cutter::accept).start();
    return cutter;
  }

  PostgresAddress address() {
    return new PostgresAddress(
        postgres.host(),
        listening.getLocalPort(),
        postgres.database(),
        postgres.user(),
        postgres.password());
  }

  /// The next commit of the statement is cut.
  void arm() {
    armed.set(true);
  }

  /// How many replies of committed statements were kept back.
  int cuts() {
    return cuts.get();
  }

  /// How often the statement was sent.
  int runs() {
    return runs(statement);
  }

  /// How often a statement with this text was sent, on the connections that have sent ours.
  int runs(String text) {
    return links.stream()
        .flatMap(link -> link.runs.entrySet().stream())
        .filter(run -> run.getKey().contains(text))
        .mapToInt(run -> run.getValue().get())
        .sum();
  }

  /// How often Postgres was ready for more on the connections that have sent the statement, since
  /// they began: once for each time that the service waits.
  int roundTrips() {
    return links.stream().mapToInt(link -> link.roundTrips.get()).sum();
  }

  /// As Postgres sees them, the ports of the connections that have sent the statement.
  Set<Integer> ports() {
    return links.stream().map(link -> link.server.getLocalPort()).collect(Collectors.toSet());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = own(listening.accept());
        Socket server = own(new Socket(postgres.host(), postgres.port()));
        Link link = new Link(client, server);
        threads.newThread(() -> link.run(link::requests)).start();
        threads.newThread(() -> link.run(link::replies)).start();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket own(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return socket;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @FunctionalInterface
  private interface Pump {
    void pump() throws IOException;
  }

  /// One connection of the service and its counterpart.
  private final class Link {
    private final Socket client;
    private final Socket server;
    // What the names stand for; the empty one for whatever was prepared last.
    private final Map<String, String> prepared = new HashMap<>();
    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    private final AtomicInteger roundTrips = new AtomicInteger();
    private volatile boolean cutting;

    private Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void run(Pump pump) {
      try (client;
          server) {
        pump.pump();
      } catch (IOException e) {
        // One side has gone, and so goes the other.
      } finally {
        sockets.remove(client);
        sockets.remove(server);
      }
    }

    private void requests() throws IOException {
      DataInputStream in = in(client);
      DataOutputStream out = out(server);
      while (true) {
        int length = in.readInt();
        byte[] body = in.readNBytes(length - Integer.BYTES);
        int code = new DataInputStream(new ByteArrayInputStream(body)).readInt();
        if (code != SSL_REQUEST && code != GSS_REQUEST) {
          out.writeInt(length);
          out.write(body);
          out.flush();
          break;
        }
        client.getOutputStream().write('N');
      }
      while (true) {
        int type = in.readUnsignedByte();
        byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
        if (type == 'P') {
          prepared.put(text(body, 0), text(body, 1));
        } else if (type == 'B') {
          String text = prepared.getOrDefault(text(body, 1), "");
          runs.computeIfAbsent(text, _ -> new AtomicInteger()).incrementAndGet();
          if (text.contains(statement)) {
            links.add(this);
            cutting = armed.compareAndSet(true, false) || cutting;
          }
        }
        write(out, type, body);
        if (in.available() == 0) {
          out.flush();
        }
      }
    }

    private void replies() throws IOException {
      DataInputStream in = in(server);
      DataOutputStream out = out(client);
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      boolean ran = false;
      while (true) {
        int type = in.readUnsignedByte();
        byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
        if (type == 'Z') {
          roundTrips.incrementAndGet();
        }
        if (cutting && type == 'Z' && ran) {
          cuts.incrementAndGet();
          return;
        }
        ran |= cutting && type == 'C';
        write(cutting ? new DataOutputStream(kept) : out, type, body);
        if (cutting && type == 'E') {
          // Refused, so there is no commit to keep quiet about: the next one will do.
          cutting = false;
          armed.set(true);
          kept.writeTo(out);
          kept.reset();
          ran = false;
        }
        if (in.available() == 0) {
          out.flush();
        }
      }
    }

    private static void write(DataOutputStream out, int type, byte[] body) throws IOException {
      out.writeByte(type);
      out.writeInt(body.length + Integer.BYTES);
      out.write(body);
    }

    private static DataInputStream in(Socket socket) throws IOException {
      return new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    private static DataOutputStream out(Socket socket) throws IOException {
      return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    // The n-th of the strings that a frame begins with, each ended by a NUL.
    private static String text(byte[] body, int n) {
      int from = 0;
      for (int i = 0; ; i++) {
        int to = from;
        while (body[to] != 0) {
          to++;
        }
        if (i == n) {
          return new String(body, from, to - from, StandardCharsets.UTF_8);
        }
        from = to + 1;
      }
    }
  }
}
