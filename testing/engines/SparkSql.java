import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs statements in Apache Spark, in this process. Arguments: settings as {@code key=value}, {@code --}, statements.
 * Prints a line for each row: {@code row}, the statement's number from 0, the columns, with tabs between.
 */
public final class SparkSql {
    private SparkSql() {}

    public static void main(String[] arguments) {
        List<String> all = Arrays.asList(arguments);
        int end = all.indexOf("--");
        SparkSession.Builder builder = SparkSession.builder().master("local[1]").appName("headrace");
        for (String setting : all.subList(0, end)) {
            String[] parts = setting.split("=", 2);
            builder.config(parts[0], parts[1]);
        }
        SparkSession spark = builder.getOrCreate();
        try {
            for (int i = end + 1; i < all.size(); i++) {
                for (Row row : spark.sql(all.get(i)).collectAsList()) {
                    System.out.println("row\t" + (i - end - 1) + "\t" + row.mkString("\t"));
                }
            }
        } finally {
            spark.stop();
        }
    }
}
