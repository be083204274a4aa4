package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.CaseFile;

/** Reads what was decided about cases from the table {@code casefile}. Every method throws SQLException where PostgreSQL does not answer. */
public final class CaseQueries {
    private final DataSource database;

    CaseQueries(DataSource database) {
        this.database = database;
    }

    /** What was decided about a case; {@link CaseFile#NOTHING} where nothing was. */
    public CaseFile byId(LogName log, String caseId) throws SQLException {
        return byIds(log, List.of(caseId)).getOrDefault(caseId, CaseFile.NOTHING);
    }

    /**
     * What was decided about these cases, by their IDs. A case about which nothing was decided is left out.
     *
     * @param caseIds the cases; null for all
     */
    public Map<String, CaseFile> byIds(LogName log, List<String> caseIds) throws SQLException {
        Map<String, CaseFile> files = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select case_id, unit, protection, reach, closed, array(select jsonb_array_elements_text(officers)) as officers"
                                + " from casefile where log = ? and (? or case_id = any (?)) order by case_id")) {
            select.setString(1, log.value());
            select.setBoolean(2, caseIds == null);
            select.setArray(3, connection.createArrayOf("text", caseIds == null ? new Object[0] : caseIds.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<String> officers =
                            List.of((String[]) rows.getArray("officers").getArray());
                    files.put(
                            rows.getString("case_id"),
                            new CaseFile(
                                    rows.getString("unit"),
                                    rows.getString("protection"),
                                    rows.getString("reach"),
                                    officers,
                                    rows.getBoolean("closed")));
                }
            }
        }
        return files;
    }
}
