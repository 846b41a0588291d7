package io.headrace.streams.predict;

import io.headrace.record.Model;
import io.headrace.wear.InvalidModelException;
import io.headrace.wear.ModelForm;
import io.headrace.wear.WearModel;
import java.util.Map;
import java.util.Set;

/**
 * A version of a model, ready to judge. Safe for use by several threads.
 *
 * @param devices whom it is about; empty for any
 * @param tags which those must have
 */
record ActiveModel(String name, long version, WearModel wear, Set<String> devices, Map<String, String> tags) {
    static ActiveModel of(Model model) throws InvalidModelException {
        return new ActiveModel(
                model.getName(),
                model.getVersion(),
                ModelForm.read(model),
                Set.copyOf(model.getTarget().getDevices()),
                Map.copyOf(model.getTarget().getTags()));
    }

    boolean isAbout(String device, Map<String, String> tagsOfDevice) {
        if (!devices.isEmpty() && !devices.contains(device)) {
            return false;
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!tag.getValue().equals(tagsOfDevice.get(tag.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
