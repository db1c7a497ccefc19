package io.nodebridge.events.message;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonDataException;
import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// Reads and writes one type of document as JSON (UTF-8).
///
/// Messages from the log ignore fields they do not know, so that an older reader survives a newer
/// writer; documents from a client are read strictly, so that a typing error is not ignored.
public final class JsonCodec<T> {
  private static final Jsonb LENIENT =
      Jsonb.builder().add(Instant.class, new MilliInstants()).build();
  private static final Jsonb STRICT =
      Jsonb.builder().add(Instant.class, new MilliInstants()).failOnUnknown(true).build();

  private final JsonType<T> lenient;
  private final JsonType<T> strict;
  private final JsonType<List<T>> lenientList;

  private JsonCodec(Class<T> type) {
    lenient = LENIENT.type(type);
    strict = STRICT.type(type);
    lenientList = lenient.list();
  }

  public static <T> JsonCodec<T> of(Class<T> type) {
    return new JsonCodec<>(type);
  }

  public byte[] encode(T document) {
    return lenient.toJsonBytes(document);
  }

  public byte[] encodeList(List<T> documents) {
    return lenientList.toJsonBytes(documents);
  }

  /// Reads an array of documents; unknown fields are ignored.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public List<T> decodeList(byte[] json) {
    return read(lenientList, json);
  }

  /// Reads a message from the log: unknown fields are ignored.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public T decode(byte[] json) {
    return read(lenient, json);
  }

  /// Reads a client's document: an unknown field is an error.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public T decodeStrictly(byte[] json) {
    return read(strict, json);
  }

  private static <V> V read(JsonType<V> type, byte[] json) {
    if (json == null || json.length == 0) {
      throw new InvalidMessageException("document", "nothing", "a JSON object is required");
    }
    try {
      V document = type.fromJson(json);
      if (document == null) {
        throw new InvalidMessageException("document", "null", "a JSON object is required");
      }
      return document;
    } catch (InvalidMessageException e) {
      throw e;
    } catch (JsonException
        | IllegalArgumentException
        | IllegalStateException
        | DateTimeException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      // The reader reports broken input through all of these; each means "not this document".
      throw new InvalidMessageException(
          "document", json.length + " bytes", "unreadable: " + e.getMessage(), e);
    }
  }

  /// RFC 3339 in UTC, always with three digits of milliseconds.
  private static final class MilliInstants implements JsonAdapter<Instant> {
    private static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public void toJson(JsonWriter writer, Instant value) {
      writer.value(FORMAT.format(value));
    }

    @Override
    public Instant fromJson(JsonReader reader) {
      String text = reader.readString();
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw new JsonDataException("\"" + text + "\" is no RFC 3339 time in UTC: " + e);
      }
    }
  }
}
