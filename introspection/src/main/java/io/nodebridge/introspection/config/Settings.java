package io.nodebridge.introspection.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads settings from an environment. A wrong value yields a stand-in and a noted problem, so that
/// a service reads all it needs and then calls [#check()] once, before anything opens.
public final class Settings {
  private static final String OURS = "NODEBRIDGE_";
  private static final String KAFKA_PASS_THROUGH = "NODEBRIDGE_KAFKA_";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
  private static final Pattern NODE_ID = Pattern.compile("[a-z0-9-]{1,63}");

  private static final Set<String> GUARANTEED =
      Set.of(
          "acks",
          "enable.idempotence",
          "enable.auto.commit",
          "auto.offset.reset",
          "group.id",
          "isolation.level",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();

  public Settings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    findUnknownKeys();
    parsed(Setting.LOG_LEVEL, Settings::logLevel, "INFO");
    parsed(Setting.LOG_FORMAT, value -> oneOf(value, "text", "json"), "text");
  }

  /// Throws once with every problem that was noted since construction.
  public void check() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  public String text(Setting setting) {
    return parsed(setting, value -> value, "");
  }

  public int number(Setting setting, int lowest, int highest) {
    return numberOr(setting, null, lowest, highest);
  }

  public int port(int otherwise) {
    return numberOr(Setting.HTTP_PORT, "" + otherwise, 0, 65_535);
  }

  public boolean flag(Setting setting) {
    return parsed(setting, value -> oneOf(value, "true", "false").equals("true"), false);
  }

  public Duration duration(Setting setting) {
    return parsed(setting, Settings::parseDuration, Duration.ofSeconds(1));
  }

  public URI url(Setting setting) {
    return parsed(setting, Settings::parseUrl, URI.create("http://localhost"));
  }

  /// The URL, or null if the key is absent.
  public @Nullable URI optionalUrl(Setting setting) {
    return raw(setting) == null ? null : url(setting);
  }

  /// The path, or null if the key is absent.
  public @Nullable Path optionalPath(Setting setting) {
    return raw(setting) == null ? null : parsed(setting, Path::of, Path.of(""));
  }

  /// The node's id; a random one under the service's name if none is set.
  public String nodeId(String service) {
    String generated = service + "-" + Long.toHexString(System.nanoTime() & 0xffff_ffffL);
    return parsed(
        Setting.NODEBRIDGE_NODE_ID,
        value -> {
          if (!NODE_ID.matcher(value).matches()) {
            throw new IllegalArgumentException("not a node id");
          }
          return value;
        },
        generated,
        generated);
  }

  public DatabaseUrl database() {
    return database(Setting.DATABASE_URL);
  }

  /// The database as its owner, who may change schemas.
  public DatabaseUrl databaseAsOwner() {
    boolean another = raw(Setting.DATABASE_OWNER_URL) != null;
    return database(another ? Setting.DATABASE_OWNER_URL : Setting.DATABASE_URL);
  }

  private DatabaseUrl database(Setting setting) {
    return parsed(setting, DatabaseUrl::parse, new DatabaseUrl("jdbc:postgresql:", "", ""));
  }

  /// Capability to address, as `capability=url` pairs; none if it is empty.
  public Map<String, URI> routes() {
    return parsed(
        Setting.NODEBRIDGE_ROUTES,
        value -> {
          if (value.isBlank()) {
            return Map.of();
          }
          Map<String, URI> routes = new HashMap<>();
          for (String pair : value.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
              throw new IllegalArgumentException("no capability in " + pair);
            }
            routes.put(
                pair.substring(0, equals).strip(), parseUrl(pair.substring(equals + 1).strip()));
          }
          return Map.copyOf(routes);
        },
        Map.of());
  }

  /// `NODEBRIDGE_KAFKA_SECURITY_PROTOCOL=SSL` becomes `security.protocol=SSL`.
  public Map<String, String> kafkaOverrides() {
    Map<String, String> overrides = new HashMap<>();
    environment.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA_PASS_THROUGH)) {
            String name = key.substring(KAFKA_PASS_THROUGH.length());
            String kafkas = name.toLowerCase(Locale.ROOT).replace('_', '.');
            if (GUARANTEED.contains(kafkas)) {
              problems.add(key + " is not yours to set: the guarantees rest on " + kafkas);
            }
            overrides.put(kafkas, value);
          }
        });
    return overrides;
  }

  private int numberOr(Setting setting, @Nullable String otherwise, int lowest, int highest) {
    return parsed(
        setting,
        value -> {
          int number = Integer.parseInt(value);
          if (number < lowest || number > highest) {
            throw new IllegalArgumentException("out of range");
          }
          return number;
        },
        lowest,
        otherwise);
  }

  private <T> T parsed(Setting setting, Function<String, T> parser, T standIn) {
    return parsed(setting, parser, standIn, null);
  }

  private <T> T parsed(
      Setting setting, Function<String, T> parser, T standIn, @Nullable String otherwise) {
    String value = raw(setting);
    if (value == null) {
      value = otherwise != null ? otherwise : setting.fallback();
    }
    if (value == null) {
      problems.add(setting + " is not set: " + rule(setting));
      return standIn;
    }
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      String shown = setting.secret() ? "(not shown)" : "\"" + value + "\"";
      problems.add(setting + " is " + shown + ": must be " + rule(setting));
      return standIn;
    }
  }

  private static String rule(Setting setting) {
    return setting.rule() + "; for example " + setting + "=" + setting.example();
  }

  private @Nullable String raw(Setting setting) {
    String file = setting.secret() ? environment.get(setting + "_FILE") : null;
    if (file != null) {
      try {
        return Files.readString(Path.of(file)).strip();
      } catch (IOException e) {
        problems.add(setting + "_FILE is \"" + file + "\": cannot be read: " + e);
        return setting.example();
      }
    }
    return environment.get(setting.name());
  }

  private void findUnknownKeys() {
    environment.keySet().stream()
        .filter(key -> key.startsWith(OURS) && !key.startsWith(KAFKA_PASS_THROUGH))
        .filter(key -> Arrays.stream(Setting.values()).noneMatch(s -> s.name().equals(key)))
        .sorted()
        .forEach(key -> problems.add(key + " is no setting of NodeBridge: docs/configuration.md"));
  }

  private static Duration parseDuration(String value) {
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration");
    }
    long amount = Long.parseLong(matcher.group(1));
    if (amount == 0) {
      throw new IllegalArgumentException("nothing can be done every 0 seconds");
    }
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static URI parseUrl(String value) {
    URI url = URI.create(value);
    if (url.getHost() == null || !"http".equals(url.getScheme())) {
      throw new IllegalArgumentException("not an absolute http URL");
    }
    return url;
  }

  private static String logLevel(String value) {
    return oneOf(value, "TRACE", "DEBUG", "INFO", "WARN", "ERROR");
  }

  private static String oneOf(String value, String... allowed) {
    if (!Arrays.asList(allowed).contains(value)) {
      throw new IllegalArgumentException("not one of them");
    }
    return value;
  }
}
