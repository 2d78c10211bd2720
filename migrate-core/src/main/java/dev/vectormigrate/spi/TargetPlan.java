package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import java.util.List;

/**
 * What a target would do for the tables of a plan.
 *
 * @param statements the SQL in order, as it would be run
 * @param findings what stands in the way or is worth knowing
 */
public record TargetPlan(List<String> statements, List<Finding> findings) {

  public TargetPlan {
    statements = List.copyOf(statements);
    findings = List.copyOf(findings);
  }
}
