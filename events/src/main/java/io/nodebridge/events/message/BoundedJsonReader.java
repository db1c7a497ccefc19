package io.nodebridge.events.message;

import io.avaje.json.JsonDataException;
import io.avaje.json.JsonReader;
import io.avaje.json.PropertyNames;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;

/// Feeds the generated adapters from Jackson's parser, which bounds depth and names, refuses a
/// field that stands there twice, and checks the encoding; half a surrogate pair, which it may let
/// pass, is refused here. The adapters' own parser is faster and does none of that, and it holds no
/// string beyond 32 Ki characters.
///
/// A value's first token is always the parser's current one: `nextField` and `hasNextElement` step
/// onto it, reading it does not step off.
final class BoundedJsonReader implements JsonReader {
  static final int MAX_DEPTH = 32;
  static final int MAX_NAME_CHARACTERS = 256;
  static final int MAX_STRING_CHARACTERS = 64 * 1024;

  // The content is bounded in bytes, by a limit of its own.
  private static final String CONTENT = "content";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_CHARACTERS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final JsonParser parser;
  private final boolean failOnUnknown;
  private final int maxStringCharacters;
  private final int maxDepth;

  /// @param foreign whether strings have the limit of documents from others' hands
  /// @param maxDepth levels of objects and arrays, [#MAX_DEPTH] at most
  BoundedJsonReader(byte[] json, boolean failOnUnknown, boolean foreign, int maxDepth) {
    this.parser = FACTORY.createParser(ObjectReadContext.empty(), json);
    this.failOnUnknown = failOnUnknown;
    this.maxStringCharacters = foreign ? MAX_STRING_CHARACTERS : Integer.MAX_VALUE;
    this.maxDepth = maxDepth;
    if (parser.nextToken() == null) {
      throw new JsonDataException("there is nothing in it");
    }
  }

  /// Checks that nothing follows the document.
  void requireEnd() {
    if (parser.nextToken() != null) {
      throw new JsonDataException("more follows behind the document's end");
    }
  }

  @Override
  public void beginObject() {
    expect(JsonToken.START_OBJECT, "an object");
    requireDepth();
  }

  @Override
  public void beginObject(PropertyNames names) {
    beginObject();
  }

  @Override
  public boolean hasNextField() {
    return parser.nextToken() == JsonToken.PROPERTY_NAME;
  }

  @Override
  public String nextField() {
    String name = encodable(parser.currentName());
    parser.nextToken();
    return name;
  }

  @Override
  public void endObject() {
    // hasNextField stepped onto the end
  }

  @Override
  public void beginArray() {
    expect(JsonToken.START_ARRAY, "an array");
    requireDepth();
  }

  @Override
  public boolean hasNextElement() {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  @Override
  public void endArray() {
    // hasNextElement stepped onto the end
  }

  @Override
  public boolean isNullValue() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  @Override
  public boolean readBoolean() {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      case null, default -> throw refused("must be true or false");
    };
  }

  @Override
  public int readInt() {
    return (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public long readLong() {
    return whole(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Override
  public double readDouble() {
    if (isNullValue()) {
      return 0;
    }
    if (!parser.currentToken().isNumeric() || !Double.isFinite(parser.getDoubleValue())) {
      throw refused("must be a number that a double can hold");
    }
    return parser.getDoubleValue();
  }

  @Override
  public BigDecimal readDecimal() {
    return parser.getDecimalValue();
  }

  @Override
  public BigInteger readBigInteger() {
    return parser.getBigIntegerValue();
  }

  @Override
  @SuppressWarnings("NullAway") // a JSON null is a null to the adapters
  public String readString() {
    if (isNullValue()) {
      return null;
    }
    expect(JsonToken.VALUE_STRING, "text");
    int length = parser.getStringLength();
    if (length > maxStringCharacters && !withinContent()) {
      throw new InvalidMessageException(
          field(),
          length + " characters",
          "must not exceed " + maxStringCharacters + " characters");
    }
    return encodable(parser.getString());
  }

  @Override
  public byte[] readBinary() {
    return parser.getBinaryValue();
  }

  @Override
  public Token currentToken() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Token.BEGIN_OBJECT;
      case START_ARRAY -> Token.BEGIN_ARRAY;
      case VALUE_STRING -> Token.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Token.BOOLEAN;
      case VALUE_NULL -> Token.NULL;
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new JsonDataException("no value begins at " + location());
    };
  }

  @Override
  public void skipValue() {
    parser.skipChildren();
  }

  @Override
  public void unmappedField(String name) {
    if (failOnUnknown) {
      throw new InvalidMessageException(name, "a value", "is no field of this document");
    }
  }

  @Override
  public String readRaw() {
    throw new UnsupportedOperationException("no message holds raw JSON");
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return type.cast(parser);
  }

  @Override
  public String location() {
    return field();
  }

  @Override
  public void close() {
    parser.close();
  }

  private void expect(JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw refused("must be " + what);
    }
  }

  private void requireDepth() {
    if (parser.streamReadContext().getNestingDepth() > maxDepth) {
      throw refused("must not be nested deeper than " + maxDepth + " levels");
    }
  }

  private String encodable(String text) {
    if (!Surrogates.paired(text)) {
      throw new InvalidMessageException(field(), text, Surrogates.RULE);
    }
    return text;
  }

  private long whole(long lowest, long highest) {
    if (isNullValue()) {
      return 0;
    }
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long number = parser.getLongValue();
      if (number >= lowest && number <= highest) {
        return number;
      }
    }
    throw refused("must be a whole number from " + lowest + " to " + highest);
  }

  private InvalidMessageException refused(String rule) {
    return new InvalidMessageException(field(), found(), rule);
  }

  private String found() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case null, default -> Objects.toString(parser.getString(), "nothing");
    };
  }

  private String field() {
    String name = parser.currentName();
    return name == null ? "document" : name;
  }

  private boolean withinContent() {
    @Nullable TokenStreamContext parent = parser.streamReadContext().getParent();
    return parent != null && CONTENT.equals(parent.currentName());
  }
}
