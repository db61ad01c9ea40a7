// One file of web/: included once for each, with WEB_FILE defined as its path from here.
// A case of the switch in web_assets.c; the numbers come from the counter.
case __COUNTER__: {
    static const unsigned char bytes[] = {
#embed WEB_FILE
    };
    *asset = (struct web_asset){&WEB_FILE[sizeof("../../web/") - 1], bytes, sizeof(bytes)};
    return 1;
}
#undef WEB_FILE
