package org.liuhen.describe;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which kind of camera made a file, by the make and model that others read in it; for documents, which kind they are. */
final class Cameras {
    /** The first that fits "make model". */
    private static final Map<String, Pattern> KINDS = new LinkedHashMap<>();

    private static void kind(String name, String makesAndModels) {
        KINDS.put(name, Pattern.compile(makesAndModels, Pattern.CASE_INSENSITIVE));
    }

    static {
        kind(
                "body camera",
                "^(axon|reveal|wolfcom|pinnacle|hytera|dsj|transcend drivepro body).*|.*body ?(cam|worn).*");
        kind("drone", "^(dji|parrot|autel|yuneec|skydio|hasselblad l1d|hasselblad l2d).*|.*\\bFC[0-9]{3,4}\\b.*");
        kind("action camera", "^(gopro|insta360|garmin virb|ion |arashi vision).*|.*\\bHERO[0-9 ].*|.*ION230.*");
        kind("dash camera", "^(blackvue|pittasoft|viofo|70mai|nextbase|thinkware|novatek|ambarella|garmin).*");
        kind(
                "recorder, fixed, trail or thermal camera",
                "^(hikvision|dahua|axis|mobotix|hanwha|uniview|reconyx|flir|infi|bushnell|keepguard).*");
        kind(
                "phone",
                "^(apple|samsung (sm-|gt-|sgh|sph|sch|sghr|shv|galaxy|samsung)|htc|nokia|hmd|lg|lge|motorola|sony ?ericsson|rim|blackberry|research in motion|huawei|xiaomi|oppo|vivo|oneplus|google|palm|jolla|zte|verizon|microsoft|lenovo|honor|realme|sharp|t-mobile|wileyfox|asus|kyocera|sanyo scp|sprint|at&t|danger|siemens|audiovox|alcatel|bq|helio|pantech|utstarcom|lumia|sony [a-z][0-9]{4,}|sony xq).*|.*iphone.*|.*camera phone.*");
        kind(
                "scanner",
                "^(epson (perfection|expression|gt)|umax|microtek|plustek|canon canoscan|nikon (ls|coolscan|super coolscan)|hewlett-packard.*(scanjet|scan)|imacon|flextight|brother|fujitsu|ricoh im|xerox).*|.*scan(ner|jet)?\\b.*");
        kind("camcorder", "^(jvc|sony (hdr|dcr|hxr|fdr|pxw)|canon (hv|hf|vixia|xa)|panasonic (hdc|hc-|ag-)).*");
        kind("still camera", ".+");
    }

    private Cameras() {}

    /** All kinds of cameras, in the order in which they are tried. */
    static Set<String> kinds() {
        return KINDS.keySet();
    }

    static String kind(String ending, String make, String model) {
        String camera = (make + " " + model).strip().replaceAll("\\s+", " ");
        if (!camera.isEmpty() && !ending.matches("pdf|docx?|rtf|odt|xlsx?|pptx?")) {
            for (Map.Entry<String, Pattern> kind : KINDS.entrySet()) {
                if (kind.getValue().matcher(camera).matches()
                        || (kind.getKey().equals("camcorder") && ending.matches("mts|m2ts|dv"))) {
                    return kind.getKey();
                }
            }
        }
        return switch (ending.toLowerCase(Locale.ROOT)) {
            case "srt" -> "drone";
            case "pdf" -> "document: PDF";
            case "doc", "docx", "odt", "rtf" -> "document: text";
            case "xls", "xlsx", "ods" -> "document: table";
            case "ppt", "pptx" -> "document: slides";
            case "mp3", "wav", "flac", "ogg", "opus", "m4a", "aac" -> "sound that names no device";
            case "mp4", "mov", "3gp", "m4v", "mkv", "webm", "avi", "ts", "mts", "m2ts", "mpg", "wmv", "flv", "dv" ->
                "recording that names no camera";
            default -> "picture that names no camera";
        };
    }
}
