package io.nodebridge.events.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Takes `{"requests":[…]}` apart without reading the requests, so that one that breaks a rule is
/// told alone.
///
/// A request's document is the client's bytes with the member `idempotencyKey` cut out, comma and
/// all: where that stands last, it is what a single `POST` would send, and has its hash.
public final class RequestBatch {
  private static final String REQUESTS = "requests";
  private static final String KEY = "idempotencyKey";
  private static final JsonFactory FACTORY = new JsonFactory();

  private final byte[] json;
  private final JsonParser parser;

  /// One request, not read yet.
  ///
  /// @param broken set if `idempotencyKey` is no text or stands there twice
  public record Item(
      byte[] document, @Nullable String idempotencyKey, @Nullable InvalidMessageException broken) {}

  private RequestBatch(byte[] json, JsonParser parser) {
    this.json = json;
    this.parser = parser;
  }

  /// The requests of a batch, in order.
  ///
  /// @throws InvalidMessageException if it is no batch, or has none or more than `maxItems`
  public static List<Item> read(byte[] json, int maxItems) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      List<Item> items = new RequestBatch(json, parser).items(maxItems);
      if (parser.nextToken() != null) {
        throw unreadable("more follows behind the document's end", null);
      }
      return items;
    } catch (JacksonException e) {
      throw unreadable(String.valueOf(e.getOriginalMessage()), e);
    }
  }

  private List<Item> items(int maxItems) {
    List<Item> items = new ArrayList<>();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw unreadable("must be an object", null);
    }
    boolean seen = false;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (!name.equals(REQUESTS)) {
        throw new InvalidMessageException(name, "a value", "is no field of this document");
      }
      if (seen || parser.nextToken() != JsonToken.START_ARRAY) {
        throw new InvalidMessageException(REQUESTS, "something else", "must be one array");
      }
      seen = true;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (items.size() == maxItems) {
          throw wrongCount("more than " + maxItems, maxItems);
        }
        items.add(item());
      }
    }
    if (items.isEmpty()) {
      throw wrongCount("none", maxItems);
    }
    return items;
  }

  private Item item() {
    int begin = tokenBegin();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return new Item(Arrays.copyOfRange(json, begin, tokenEnd()), null, null);
    }
    String key = null;
    InvalidMessageException broken = null;
    int cutBegin = 0;
    int cutEnd = 0;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean isKey = parser.currentName().equals(KEY);
      int memberBegin = tokenBegin();
      JsonToken value = parser.nextToken();
      if (!isKey) {
        parser.skipChildren();
      } else if (value != JsonToken.VALUE_STRING || key != null) {
        broken = new InvalidMessageException(KEY, "" + value, "must be text, and given once");
        parser.skipChildren();
      } else {
        key = parser.getString();
        cutBegin = memberBegin;
        cutEnd = tokenEnd();
      }
    }
    byte[] document = Arrays.copyOfRange(json, begin, tokenEnd());
    return new Item(
        key == null ? document : without(document, cutBegin - begin, cutEnd - begin), key, broken);
  }

  // The member goes with the comma behind it or, if it is the last one, with the one before it.
  private static byte[] without(byte[] object, int begin, int end) {
    int next = afterSpace(object, end);
    if (object[next] == ',') {
      return joined(object, begin, afterSpace(object, next + 1));
    }
    int before = begin - 1;
    while (isSpace(object[before])) {
      before--;
    }
    return joined(object, object[before] == ',' ? before : begin, end);
  }

  private static byte[] joined(byte[] object, int begin, int end) {
    byte[] rest = Arrays.copyOf(object, object.length - (end - begin));
    System.arraycopy(object, end, rest, begin, object.length - end);
    return rest;
  }

  private static int afterSpace(byte[] object, int from) {
    int at = from;
    while (isSpace(object[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte at) {
    return at == ' ' || at == '\n' || at == '\r' || at == '\t';
  }

  private int tokenBegin() {
    return place(parser.currentTokenLocation().getByteOffset());
  }

  private int tokenEnd() {
    parser.finishToken();
    return place(parser.currentLocation().getByteOffset());
  }

  // Another encoding is read as characters, which have no place among the bytes.
  private static int place(long byteOffset) {
    if (byteOffset < 0) {
      throw unreadable("must be UTF-8", null);
    }
    return (int) byteOffset;
  }

  private static InvalidMessageException wrongCount(String found, int maxItems) {
    return new InvalidMessageException(REQUESTS, found, "must have 1 to " + maxItems + " items");
  }

  private static InvalidMessageException unreadable(String why, @Nullable Throwable cause) {
    return new InvalidMessageException("document", "a batch", "unreadable: " + why, cause);
  }
}
