package io.nodebridge.reducer.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the tables by day are there a week ahead: at the start, and each hour. A week of
/// failures is needed before a row has nowhere to go, and each is logged.
public final class ComingDays implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComingDays.class);
  private static final String MAKE_DAYS = "SELECT make_days()";

  private final DataSource database;
  private final ScheduledExecutorService hourly =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("days").factory());

  private ComingDays(DataSource database) {
    this.database = database;
  }

  /// Makes what is missing before it returns.
  public static ComingDays keep(DataSource database) throws SQLException {
    ComingDays days = new ComingDays(database);
    days.make();
    var _ = days.hourly.scheduleWithFixedDelay(days::tryMake, 1, 1, TimeUnit.HOURS);
    return days;
  }

  @Override
  public void close() {
    hourly.shutdownNow();
  }

  private void make() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(MAKE_DAYS)) {
      statement.execute();
    }
  }

  private void tryMake() {
    try {
      make();
    } catch (SQLException e) {
      LOG.atWarn().setCause(e).log("the coming days' tables could not be made; again in an hour");
    }
  }
}
