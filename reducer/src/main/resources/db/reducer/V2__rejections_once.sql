-- A rejected request is kept under its own place in the request topic, once, however often it is
-- told: whether a row was there is what the reducer counts by. In position, `duplicate` has the
-- rejections that were told again.
GRANT SELECT ON dead_letter TO nodebridge_reducer;
