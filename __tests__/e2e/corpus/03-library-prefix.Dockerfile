FROM library/busybox:1.37
