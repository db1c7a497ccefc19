-- Who leads. Each claim raises the generation; whoever writes under a lower one writes nothing. It
-- is our own number, because Kafka's restarts when the group was empty for long.
CREATE TABLE leader (
  singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  generation bigint NOT NULL,
  owner      text   NOT NULL,
  since      timestamptz NOT NULL
);

-- Each turn of a node's life, appended once.
CREATE TABLE node_history (
  id          text   NOT NULL,
  incarnation bigint NOT NULL,
  status      text   NOT NULL,
  since       timestamptz NOT NULL,
  generation  bigint NOT NULL,
  PRIMARY KEY (id, since, incarnation, status)
);

GRANT SELECT, INSERT, UPDATE ON leader TO nodebridge_registry;
GRANT SELECT, INSERT ON node_history TO nodebridge_registry;
GRANT SELECT ON leader, node_history TO nodebridge_reader;
