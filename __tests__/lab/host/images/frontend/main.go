// Command dockerfile-frontend stands in for the image docker/dockerfile, which cannot be had offline.
//
// BuildKit pulls it and talks to it as to the real one: it runs the program in a container and serves the gateway API
// (moby/buildkit: frontend/gateway/pb/gateway.proto) on its standard streams. Instead of parsing the Dockerfile itself,
// the program hands the job back to the frontend that is built into BuildKit.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const service = "http://buildkit/moby.buildkit.v1.frontend.LLBBridge/"

func main() {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{
		Protocols:   &protocols,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return stdio{}, nil },
	}}
	answer, failure := solve(client)
	message := field(2, failure)
	if failure == nil {
		message = field(1, answer)
	}
	if _, failure := call(client, "Return", message); failure != nil {
		fmt.Fprintf(os.Stderr, "dockerfile-frontend: %s\n", failure)
		os.Exit(1)
	}
}

// solve answers a gateway Result, or a google.rpc.Status; both are passed on unread.
func solve(client *http.Client) (result, failure []byte) {
	inputs, failure := call(client, "Inputs", nil)
	if failure != nil {
		return nil, failure
	}
	request := field(2, []byte("dockerfile.v0"))
	for _, variable := range os.Environ() {
		_, option, found := strings.Cut(variable, "=")
		if !found || !strings.HasPrefix(variable, "BUILDKIT_FRONTEND_OPT_") {
			continue
		}
		// "cmdline" stays: it tells the built-in frontend not to follow the syntax line again.
		if name, value, _ := strings.Cut(option, "="); name != "source" {
			request = append(request, field(3, append(field(1, []byte(name)), field(2, []byte(value))...))...)
		}
	}
	request = append(request, 5<<3, 1, 6<<3, 1) // allowResultReturn, allowResultArrayRef
	for _, input := range fields(inputs, 1) {
		request = append(request, field(13, input)...)
	}
	response, failure := call(client, "Solve", request)
	if failure != nil {
		return nil, failure
	}
	for _, result := range fields(response, 3) {
		return result, nil
	}
	return nil, nil
}

// call makes one unary gRPC call.
func call(client *http.Client, method string, message []byte) (response, failure []byte) {
	body := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	request, err := http.NewRequest(http.MethodPost, service+method, bytes.NewReader(append(body, message...)))
	if err != nil {
		return nil, status(err.Error())
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	reply, err := client.Do(request)
	if err != nil {
		return nil, status(err.Error())
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, status(err.Error())
	}
	// A call that fails at once has its status among the headers.
	trailer := reply.Trailer
	if trailer.Get("Grpc-Status") == "" {
		trailer = reply.Header
	}
	if code := trailer.Get("Grpc-Status"); code != "0" {
		if details := trailer.Get("Grpc-Status-Details-Bin"); details != "" {
			if decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(details, "=")); err == nil {
				return nil, decoded
			}
		}
		return nil, status(trailer.Get("Grpc-Message"))
	}
	if len(content) < 5 {
		return nil, nil
	}
	return content[5:], nil
}

// status encodes a google.rpc.Status with the code "unknown".
func status(message string) []byte {
	return append([]byte{1 << 3, 2}, field(2, []byte(message))...)
}

// field encodes a length-delimited protobuf field.
func field(number uint64, content []byte) []byte {
	head := binary.AppendUvarint(binary.AppendUvarint(nil, number<<3|2), uint64(len(content)))
	return append(head, content...)
}

// fields finds all length-delimited fields of one number.
func fields(message []byte, number uint64) (found [][]byte) {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		message = message[n:]
		value, n := binary.Uvarint(message)
		message = message[n:]
		if tag&7 != 2 {
			continue
		}
		if tag>>3 == number {
			found = append(found, message[:value])
		}
		message = message[value:]
	}
	return found
}

// stdio is the connection that BuildKit gives to a frontend.
type stdio struct{}

func (stdio) Read(b []byte) (int, error)       { return os.Stdin.Read(b) }
func (stdio) Write(b []byte) (int, error)      { return os.Stdout.Write(b) }
func (stdio) Close() error                     { return os.Stdout.Close() }
func (stdio) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (stdio) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (stdio) SetDeadline(time.Time) error      { return nil }
func (stdio) SetReadDeadline(time.Time) error  { return nil }
func (stdio) SetWriteDeadline(time.Time) error { return nil }
