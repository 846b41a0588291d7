package io.headrace.streams.predict;

import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import io.headrace.wear.WearState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What one model remembers of one device: its averages, and what was told last. */
final class Outlook {
    /** For a {@link #toldAt} when nothing was told. */
    static final long NEVER = Long.MIN_VALUE;

    /** Part of the limit by which a prediction must have moved to be told before its time. */
    private static final double CLASS = 0.05;

    /** Steps after which it is told anyway. */
    private static final int EVERY = 10;

    /** Parts of the limit: of a device that was this worn and shows no wear for ten steps, something was replaced. */
    private static final double WORN = 0.5;

    private static final double AS_NEW = 0.95;
    private static final int RECOVERED = 10;

    private Shape shape;
    private WearState state;
    private long version;
    /** Step after which it was told, and steps that it said would remain. */
    private long toldAt;

    private double told;
    /** Fewest steps that remained since the device was new, or seen first; and how long it has been as new. */
    private double fewest;

    private int recovered;

    private double[] values;
    private WearModel.Scratch scratch;

    Outlook(Shape shape, WearState state, long version) {
        this.shape = shape;
        this.state = state;
        this.version = version;
        this.toldAt = NEVER;
        this.fewest = Double.MAX_VALUE;
        this.values = new double[shape.columns()];
        this.scratch = new WearModel.Scratch(shape);
    }

    static Outlook fresh(ActiveModel model) {
        Shape shape = model.wear().shape();
        return new Outlook(shape, new WearState(shape), model.version());
    }

    /** Where it looks at something else than the version before, it begins anew. */
    void judgedBy(ActiveModel model) {
        if (model.version() != version) {
            version = model.version();
            if (!shape.equals(model.wear().shape())) {
                shape = model.wear().shape();
                values = new double[shape.columns()];
                scratch = new WearModel.Scratch(shape);
                begin();
            }
        }
    }

    /** Forgets all that was measured; what was told stands until there is something new. */
    void begin() {
        state = new WearState(shape);
        fewest = Double.MAX_VALUE;
        recovered = 0;
    }

    /**
     * Whether the device has been made new: wear doesn't heal, and its slow averages would tell of what is gone.
     *
     * @param remaining steps, after the last whole step
     */
    boolean isRenewed(double remaining, double limit) {
        fewest = Math.min(fewest, remaining);
        recovered = remaining >= AS_NEW * limit ? recovered + 1 : 0;
        return fewest <= WORN * limit && recovered >= RECOVERED;
    }

    void save(DataOutputStream out) throws IOException {
        out.writeLong(version);
        out.writeLong(toldAt);
        out.writeDouble(told);
        out.writeDouble(fewest);
        out.writeInt(recovered);
        ByteBuffer averages = ByteBuffer.allocate(state.bytes());
        state.save(averages);
        out.write(averages.array());
    }

    static Outlook load(Shape shape, DataInputStream in) throws IOException {
        long version = in.readLong();
        Outlook outlook = new Outlook(shape, new WearState(shape), version);
        outlook.toldAt = in.readLong();
        outlook.told = in.readDouble();
        outlook.fewest = in.readDouble();
        outlook.recovered = in.readInt();
        byte[] averages = new byte[outlook.state.bytes()];
        in.readFully(averages);
        outlook.state = WearState.load(shape, ByteBuffer.wrap(averages));
        return outlook;
    }

    Shape shape() {
        return shape;
    }

    WearState state() {
        return state;
    }

    long version() {
        return version;
    }

    /** To be filled with a reading's values. */
    double[] values() {
        return values;
    }

    WearModel.Scratch scratch() {
        return scratch;
    }

    /**
     * Whether a prediction after the last whole step is news.
     *
     * @param remaining steps
     */
    boolean isNews(double remaining, double limit) {
        if (toldAt == NEVER) {
            return true;
        }
        long passed = state.closedStep() - toldAt;
        boolean isAtLimit = told >= limit && remaining >= limit;
        double expected = isAtLimit ? remaining : Math.max(0, told - passed);
        return passed >= EVERY || Math.abs(remaining - expected) >= CLASS * limit;
    }

    void tell(double remaining) {
        toldAt = state.closedStep();
        told = remaining;
    }

    boolean hasTold() {
        return toldAt != NEVER;
    }
}
