-- One row a node. `description` and `beat` are the node's own last words; what the registry judges
-- by and what it concluded stands in columns of its own.
CREATE TABLE node (
  id           text   PRIMARY KEY,
  incarnation  bigint NOT NULL,
  sequence     bigint NOT NULL,
  type         text   NOT NULL,
  status       text   NOT NULL CHECK (status IN ('ALIVE', 'SUSPECT', 'DEAD', 'LEFT')),
  since        timestamptz NOT NULL,
  last_beat_at timestamptz NOT NULL,
  capabilities text[] NOT NULL,
  description  jsonb,
  beat         jsonb,
  name         text   GENERATED ALWAYS AS (description ->> 'name') STORED,
  version      text   GENERATED ALWAYS AS (description ->> 'version') STORED,
  endpoints    jsonb  GENERATED ALWAYS AS (description -> 'endpoints') STORED,
  health       text   GENERATED ALWAYS AS (beat ->> 'health') STORED,
  resources    jsonb  GENERATED ALWAYS AS (beat -> 'resources') STORED
);

-- What cannot be understood, kept for a person to look at.
CREATE TABLE dead_letter (
  topic_id    uuid   NOT NULL,
  part        int    NOT NULL,
  "offset"    bigint NOT NULL,
  topic       text   NOT NULL,
  reason      text   NOT NULL,
  key         text,
  value       bytea,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic_id, part, "offset")
);

-- Who may what. These roles cannot log in: a login is given one of them, or a session takes it on.
DO $$
DECLARE
  role text;
BEGIN
  -- Roles belong to the whole server, and the other schema's migration may be under way.
  PERFORM pg_advisory_xact_lock(hashtext('nodebridge.roles'));
  FOREACH role IN ARRAY ARRAY['nodebridge_registry', 'nodebridge_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    END IF;
    IF NOT pg_has_role(role, 'SET') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', role);
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA registry TO nodebridge_registry, nodebridge_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON node TO nodebridge_registry;
GRANT INSERT ON dead_letter TO nodebridge_registry;
GRANT SELECT ON node, dead_letter TO nodebridge_reader;
