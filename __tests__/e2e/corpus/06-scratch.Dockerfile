FROM scratch
COPY <<END /x
hello
END
