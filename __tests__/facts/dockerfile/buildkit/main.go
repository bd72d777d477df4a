// Command oracle asks BuildKit's own Dockerfile frontend which images a build resolves, without building anything:
// the answers in answers.jsonl, against which our reader is tested.
//
// To record them again, in a checkout of github.com/moby/buildkit (recorded with 73ed6825c of 2026-08-21):
//
//	mkdir cmd/oracle && cp …/main.go cmd/oracle/ && go run -mod=vendor ./cmd/oracle …/answers.jsonl
package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	fstypes "github.com/tonistiigi/fsutil/types"
)

// userContext stands for every named context of the user; it is left out of the answer.
const userContext = "user.invalid/context:1"

type question struct {
	Dockerfile    string            `json:"dockerfile"`
	Target        *string           `json:"target"`
	BuildArgs     map[string]string `json:"buildArgs"`
	Platforms     []string          `json:"platforms"`
	BuildPlatform string            `json:"buildPlatform"`
	Contexts      []string          `json:"contexts"`
	// The answer: "reference platform", sorted, or why BuildKit refuses.
	Images []string `json:"images"`
	Error  *string  `json:"error"`
}

var errNotAsked = errors.New("the frontend should not ask for this")

// engine is an engine that knows every image and records which ones it is asked for.
type engine struct {
	opts  client.BuildOpts
	mu    sync.Mutex
	asked map[string]bool
}

func (e *engine) record(ref string, p ocispecs.Platform) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if ref != userContext {
		e.asked[ref+" "+platforms.Format(platforms.Normalize(p))] = true
	}
}

func (e *engine) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	p := *opt.ImageOpt.Platform
	e.record(ref, p)
	img := ocispecs.Image{Platform: p, RootFS: ocispecs.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromString(ref)}}}
	dt, err := json.Marshal(img)
	return ref, "", dt, err
}

func (e *engine) Solve(context.Context, client.SolveRequest) (*client.Result, error) {
	res := client.NewResult()
	res.SetRef(emptyRef{}) // the local context, looked into for a .dockerignore
	return res, nil
}

func (e *engine) BuildOpts() client.BuildOpts                          { return e.opts }
func (e *engine) Inputs(context.Context) (map[string]llb.State, error) { return nil, nil }
func (e *engine) Warn(context.Context, digest.Digest, string, client.WarnOpts) error {
	return nil
}
func (e *engine) ResolveSourceMetadata(context.Context, *pb.SourceOp, sourceresolver.Opt) (*sourceresolver.MetaResponse, error) {
	return nil, errNotAsked
}
func (e *engine) NewContainer(context.Context, client.NewContainerRequest) (client.Container, error) {
	return nil, errNotAsked
}

type emptyRef struct{}

func (emptyRef) ToState() (llb.State, error)    { return llb.Scratch(), nil }
func (emptyRef) Evaluate(context.Context) error { return nil }
func (emptyRef) ReadFile(context.Context, client.ReadRequest) ([]byte, error) {
	return nil, nil
}
func (emptyRef) StatFile(context.Context, client.StatRequest) (*fstypes.Stat, error) {
	return nil, errNotAsked
}
func (emptyRef) ReadDir(context.Context, client.ReadDirRequest) ([]*fstypes.Stat, error) {
	return nil, nil
}

func (q *question) answer() error {
	own, err := platforms.Parse(q.BuildPlatform)
	if err != nil {
		return err
	}
	opts := map[string]string{"platform": strings.Join(q.Platforms, ",")}
	if q.Target != nil {
		opts["target"] = *q.Target
	}
	for name, value := range q.BuildArgs {
		opts["build-arg:"+name] = value
	}
	for _, name := range q.Contexts {
		opts["context:"+name] = "docker-image://" + userContext
	}
	e := &engine{asked: map[string]bool{}, opts: client.BuildOpts{
		Opts:    opts,
		Workers: []client.WorkerInfo{{Platforms: []ocispecs.Platform{platforms.Normalize(own)}}},
		LLBCaps: pb.Caps.CapSet(pb.Caps.All()),
		Caps:    gwpb.Caps.CapSet(gwpb.Caps.All()),
	}}
	err = q.convert(e)
	q.Images, q.Error = append([]string{}, slices.Sorted(maps.Keys(e.asked))...), nil
	if err != nil {
		text := err.Error()
		q.Images, q.Error = []string{}, &text
	}
	return nil
}

// convert runs the frontend for each platform. An image that only an ONBUILD brings in is not resolved at once, but
// shows as a source of the build.
func (q *question) convert(e *engine) error {
	ui, err := dockerui.NewClient(e)
	if err != nil {
		return err
	}
	targets := []*ocispecs.Platform{nil}
	if len(ui.TargetPlatforms) > 0 {
		targets = nil
		for _, p := range ui.TargetPlatforms {
			targets = append(targets, &p)
		}
	}
	for _, target := range targets {
		opt := dockerfile2llb.ConvertOpt{Config: ui.Config, Client: ui, MetaResolver: e, TargetPlatform: target}
		opt.BuildArgs = maps.Clone(ui.BuildArgs)
		res, err := dockerfile2llb.Dockerfile2LLB(context.Background(), []byte(q.Dockerfile), opt)
		if err != nil {
			return err
		}
		def, err := res.State.Marshal(context.Background())
		if err != nil {
			return err
		}
		for _, dt := range def.Def {
			var op pb.Op
			if err := op.UnmarshalVT(dt); err != nil {
				return err
			}
			source, isSource := op.Op.(*pb.Op_Source)
			if !isSource || op.Platform == nil {
				continue
			}
			if ref, isImage := strings.CutPrefix(source.Source.Identifier, "docker-image://"); isImage {
				e.record(ref, ocispecs.Platform{OS: op.Platform.OS, Architecture: op.Platform.Architecture, Variant: op.Platform.Variant})
			}
		}
	}
	return nil
}

func main() {
	file := os.Args[1]
	dt, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(dt)) {
		var q question
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			panic(err)
		}
		if err := q.answer(); err != nil {
			panic(err)
		}
		answer, err := json.Marshal(q)
		if err != nil {
			panic(err)
		}
		out.Write(append(answer, '\n'))
	}
	if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
		panic(err)
	}
}
