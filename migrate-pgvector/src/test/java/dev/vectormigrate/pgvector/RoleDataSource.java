package dev.vectormigrate.pgvector;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Connections that act as another role, which can do no more than it was granted. */
final class RoleDataSource implements DataSource {

  private final DataSource all;
  private final String role;

  RoleDataSource(DataSource all, String role) {
    this.all = all;
    this.role = role;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = all.getConnection();
    Sql.execute(connection, "SET ROLE " + role);
    return connection;
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return all.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    all.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    all.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return all.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return all.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return all.isWrapperFor(type);
  }
}
