-- How far each partition of the event log is folded. Keyed by the topic's id, not its name, so that
-- a topic which was deleted and made again is not taken for the old one. Every record passed is
-- counted once: folded, duplicate, superseded, marker or dead.
CREATE TABLE position (
  topic_id    uuid   NOT NULL,
  part        int    NOT NULL,
  next_offset bigint NOT NULL,
  fence       bigint NOT NULL,
  owner       text   NOT NULL,
  folded      bigint NOT NULL DEFAULT 0, -- events that changed a row
  duplicate   bigint NOT NULL DEFAULT 0, -- events that were no news, or came after the end
  superseded  bigint NOT NULL DEFAULT 0, -- events of an orchestrator that had lost the partition
  markers     bigint NOT NULL DEFAULT 0,
  dead        bigint NOT NULL DEFAULT 0,
  late        bigint NOT NULL DEFAULT 0, -- of the folded: ends that came after their window had closed
  watermark   timestamptz,               -- the highest event time passed, never ahead of the clock
  claim_epoch int,                       -- the highest claim marker passed
  claim_generation int,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic_id, part)
);

-- One row a workflow: also the ledger by which a repeated event is known.
CREATE TABLE workflow (
  id                 uuid   PRIMARY KEY,
  part               int    NOT NULL,
  request_offset     bigint,
  sequence           int    NOT NULL,
  namespace          text   NOT NULL,
  definition         text   NOT NULL,
  definition_version int    NOT NULL,
  state              text   NOT NULL,
  steps              json   NOT NULL, -- json: read whole and seldom; jsonb costs 4 us more a row
  transitions        json   NOT NULL,
  stamp_id           uuid,
  hash               text,
  metadata_version   text,
  size_bytes         bigint NOT NULL,
  content_type       text   NOT NULL,
  processing_micros  bigint NOT NULL,
  body_hash          text   NOT NULL,
  error              json,
  first_event_at     timestamptz NOT NULL,
  last_event_at      timestamptz NOT NULL
);

-- A list and those of the items told that are newer than what the row knows.
CREATE FUNCTION with_newer(known json, told json, known_sequence int) RETURNS json
LANGUAGE sql IMMUTABLE AS $$
  SELECT (known::jsonb || coalesce(
    (SELECT jsonb_agg(item) FROM jsonb_array_elements(told::jsonb) AS item
     WHERE (item ->> 'sequence')::int > known_sequence), '[]'))::json
$$;

-- Lists, the latest first, with or without a namespace.
CREATE INDEX workflow_latest ON workflow (last_event_at DESC, id DESC);
CREATE INDEX workflow_of_namespace ON workflow (namespace, last_event_at DESC, id DESC);

-- Sums of the terminal workflows; the partition is in the key so that no two reducers meet in a row.
CREATE TABLE namespace_aggregate (
  namespace             text   NOT NULL,
  part                  int    NOT NULL,
  completed             bigint NOT NULL,
  failed                bigint NOT NULL,
  bytes                 bigint NOT NULL,
  processing_micros_sum bigint NOT NULL,
  processing_micros_min bigint NOT NULL,
  processing_micros_max bigint NOT NULL,
  PRIMARY KEY (namespace, part)
);

CREATE VIEW namespace AS
SELECT namespace,
       sum(completed)::bigint             AS completed,
       sum(failed)::bigint                AS failed,
       sum(bytes)::bigint                 AS bytes,
       sum(processing_micros_sum)::bigint AS processing_micros_sum,
       min(processing_micros_min)         AS processing_micros_min,
       max(processing_micros_max)         AS processing_micros_max
FROM namespace_aggregate
GROUP BY namespace;

-- The workflows that ended in a tumbling window of 5 s, by event time. The partition is in the key:
-- its reducer is the row's only writer and writes it whole. `durations` is the histogram of
-- processing times in microseconds, as LogBuckets encodes it.
CREATE TABLE window_aggregate (
  namespace             text   NOT NULL,
  window_start          timestamptz NOT NULL,
  topic_id              uuid   NOT NULL,
  part                  int    NOT NULL,
  completed             bigint NOT NULL,
  failed                bigint NOT NULL,
  bytes                 bigint NOT NULL,
  up_to_1_mib           bigint NOT NULL,
  up_to_10_mib          bigint NOT NULL,
  up_to_100_mib         bigint NOT NULL,
  above_100_mib         bigint NOT NULL,
  content_types         json   NOT NULL,
  stamps                bigint NOT NULL,
  processing_micros_sum bigint NOT NULL,
  processing_micros_min bigint NOT NULL,
  processing_micros_max bigint NOT NULL,
  durations             bytea  NOT NULL,
  PRIMARY KEY (namespace, window_start, topic_id, part)
);

-- A new owner of a partition reads the windows that are still open.
CREATE INDEX window_aggregate_open ON window_aggregate (topic_id, part, window_start);

-- Ends of workflows whose window was closed: their rows are written, no window has them. Appended
-- only, one table a day of `at`; the fence keeps a repeat out, no key does.
CREATE TABLE late_event (
  topic_id    uuid   NOT NULL,
  part        int    NOT NULL,
  "offset"    bigint NOT NULL,
  workflow_id uuid   NOT NULL,
  namespace   text   NOT NULL,
  event_at    timestamptz NOT NULL,
  at          timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (at);

CREATE INDEX late_event_newest ON late_event (at DESC, part, "offset");

-- Makes the tables of today (UTC) and the seven days to come. The reducer calls it, once at its start
-- and once an hour; it may create no table of its own.
CREATE FUNCTION make_days() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = reducer, pg_temp AS $$
DECLARE
  day  date;
  name text;
  made int := 0;
BEGIN
  FOR day IN SELECT (now() AT TIME ZONE 'UTC')::date + ahead FROM generate_series(0, 7) AS ahead LOOP
    name := 'late_event_' || to_char(day, 'YYYYMMDD');
    IF to_regclass('reducer.' || name) IS NULL THEN
      -- Two reducers that find the same day missing make it one after the other.
      PERFORM pg_advisory_xact_lock(hashtext('reducer.make_days'));
      EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF late_event FOR VALUES FROM (%L) TO (%L)',
        name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;

SELECT make_days();

-- The fold counts ends before it knows which are news; if it was wrong, nothing of it may stay.
CREATE FUNCTION require_ends(expected bigint, actual bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF expected <> actual THEN
    RAISE EXCEPTION 'workflows that end now: % expected, % are', expected, actual
      USING ERRCODE = 'NB001';
  END IF;
  RETURN true;
END
$$;

-- What can never be processed, as it came, with the reason.
CREATE TABLE dead_letter (
  topic_id uuid   NOT NULL,
  part     int    NOT NULL,
  "offset" bigint NOT NULL,
  reason   text   NOT NULL,
  key      text,
  value    bytea,
  headers  jsonb  NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic_id, part, "offset")
);

CREATE INDEX dead_letter_newest ON dead_letter (at DESC);

-- Who may what. These roles cannot log in: a login is given one of them, or a session takes it on.
DO $$
DECLARE
  role text;
BEGIN
  -- Roles belong to the whole server, and the other schema's migration may be under way.
  PERFORM pg_advisory_xact_lock(hashtext('nodebridge.roles'));
  FOREACH role IN ARRAY ARRAY['nodebridge_reducer', 'nodebridge_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    END IF;
    IF NOT pg_has_role(role, 'SET') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', role);
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA reducer TO nodebridge_reducer, nodebridge_reader;
GRANT SELECT, INSERT, UPDATE ON position, workflow, namespace_aggregate, window_aggregate
  TO nodebridge_reducer;
GRANT INSERT ON late_event, dead_letter TO nodebridge_reducer;
REVOKE EXECUTE ON FUNCTION make_days() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_days() TO nodebridge_reducer;
GRANT SELECT ON position, workflow, namespace_aggregate, namespace, window_aggregate, late_event,
  dead_letter TO nodebridge_reader;
