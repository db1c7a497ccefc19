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
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/// Reads and writes one type of document as JSON (UTF-8).
///
/// Messages from the log ignore fields they do not know, so that an older reader survives a newer
/// writer; documents from a client are read strictly, so that a typing error is not ignored.
public final class JsonCodec<T> {
  private static final Jsonb LENIENT =
      Jsonb.builder().add(Instant.class, new MilliInstants()).build();

  // The quick parser holds no string beyond 32 Ki characters; larger documents go the other way.
  private static final int QUICK_BYTES = 32 * 1024;

  // UTF-8 of U+D000 and all above begins with this byte or a higher one.
  private static final byte FIRST_OF_SURROGATE = (byte) 0xed;

  private final JsonType<T> lenient;
  private final JsonType<List<T>> lenientList;

  private JsonCodec(Class<T> type) {
    lenient = LENIENT.type(type);
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

  /// Reads a message that one of us wrote: unknown fields are ignored.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public T decode(byte[] json) {
    return read(lenient, json);
  }

  /// Reads a message that anybody may have written: unknown fields are ignored, no field stands
  /// there twice, and depth, names and strings are bounded.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public T decodeForeign(byte[] json) {
    return decodeForeign(json, 0);
  }

  /// Reads a foreign message that will be written into another document.
  ///
  /// @param nesting how many levels it will stand below that document's own; so much less deep may
  ///   it be, so that the other one can be read too
  /// @throws InvalidMessageException naming what could not be read
  public T decodeForeign(byte[] json, int nesting) {
    return readable(json, () -> bounded(lenient, json, false, true, nesting));
  }

  /// Reads a client's document: as a foreign one, and an unknown field is an error.
  ///
  /// @throws InvalidMessageException naming what could not be read
  public T decodeStrictly(byte[] json) {
    return readable(json, () -> bounded(lenient, json, true, true, 0));
  }

  private static <V> V read(JsonType<V> type, byte[] json) {
    return readable(
        json,
        () ->
            json.length <= QUICK_BYTES && plain(json)
                ? type.fromJson(json)
                : bounded(type, json, false, false, 0));
  }

  private static <V> @Nullable V bounded(
      JsonType<V> type, byte[] json, boolean failOnUnknown, boolean foreign, int nesting) {
    try (BoundedJsonReader reader =
        new BoundedJsonReader(
            json, failOnUnknown, foreign, BoundedJsonReader.MAX_DEPTH - nesting)) {
      V document = type.fromJson(reader);
      reader.requireEnd();
      return document;
    }
  }

  // The quick parser recurses without a bound and lets halves of surrogate pairs in. One pass over
  // the bytes keeps both from it: what is too deep, or escapes or encodes what might be a
  // surrogate,
  // is for the other parser to judge.
  private static boolean plain(byte[] json) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < json.length; i++) {
      byte at = json[i];
      if (inString) {
        if ((at < 0 && at >= FIRST_OF_SURROGATE) || (at == '\\' && escapesSurrogate(json, ++i))) {
          return false;
        }
        inString = at != '"';
      } else if (at == '"') {
        inString = true;
      } else if (at == '{' || at == '[') {
        if (++depth > BoundedJsonReader.MAX_DEPTH) {
          return false;
        }
      } else if (at == '}' || at == ']') {
        depth--;
      }
    }
    return true;
  }

  private static boolean escapesSurrogate(byte[] json, int at) {
    return at + 1 < json.length && json[at] == 'u' && (json[at + 1] | 0x20) == 'd';
  }

  private static <V> V readable(byte[] json, Supplier<@Nullable V> reading) {
    if (json == null || json.length == 0) {
      throw new InvalidMessageException("document", "nothing", "a JSON object is required");
    }
    try {
      V document = reading.get();
      if (document == null) {
        throw new InvalidMessageException("document", "null", "a JSON object is required");
      }
      return document;
    } catch (InvalidMessageException e) {
      throw e;
    } catch (StreamReadException e) {
      throw unreadable(json, e.getOriginalMessage(), e);
    } catch (JsonException
        | JacksonException
        | IllegalArgumentException
        | IllegalStateException
        | DateTimeException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      // The reader reports broken input through all of these; each means "not this document".
      throw unreadable(json, e.getMessage(), e);
    }
  }

  private static InvalidMessageException unreadable(
      byte[] json, @Nullable String why, RuntimeException cause) {
    return new InvalidMessageException(
        "document", json.length + " bytes", "unreadable: " + why, cause);
  }

  /// RFC 3339 in UTC, always with three digits of milliseconds.
  private static final class MilliInstants implements JsonAdapter<Instant> {
    @Override
    public void toJson(JsonWriter writer, Instant value) {
      writer.value(WireTime.format(value));
    }

    @Override
    public Instant fromJson(JsonReader reader) {
      String text = reader.readString();
      try {
        return WireTime.parse(text);
      } catch (DateTimeException e) {
        throw new JsonDataException(
            "\"" + text + "\" is no RFC 3339 time in UTC: " + e.getMessage());
      }
    }
  }
}
