"""The companion beside the program: it reads the journal at its own pace and hands it on."""
