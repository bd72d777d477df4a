import { argumentsOf } from '../build-args.ts';
import type { RawInputs } from '../raw.ts';
import type { Problems } from '../readers.ts';
import type { BuildRequest, Form } from '../types.ts';

/**
 * Refuses a mix of the two forms that has two meanings. Everything else of docker/build-push-action is added to what
 * `image` asks for.
 */
export function checkMix(form: Form, raw: RawInputs, given: BuildRequest, problems: Problems): void {
  if (form === 'image') checkImageForm(raw, given, problems);
  else checkDropInForm(raw, problems);
}

function checkImageForm(raw: RawInputs, given: BuildRequest, problems: Problems): void {
  if (given.tags.length > 0) {
    const { label } = raw('tags');
    problems.push(`${label}: image and version name the tag already; give image with version, or tags without image`);
  }
  const taken = [raw('service').text === '' ? '' : 'SERVICE', 'VERSION'].filter(
    (name) => name in argumentsOf(given.buildArgs),
  );
  for (const name of taken) {
    const { label } = raw('build-args');
    problems.push(`${label}: ${name} is passed by the input ${name.toLowerCase()}; give it in one of the two places`);
  }
}

/** Inputs that only mean something beside `image`. */
const NEED_IMAGE = ['version', 'cache-registry-ref', 'cache-local-persist'];

function checkDropInForm(raw: RawInputs, problems: Problems): void {
  for (const name of NEED_IMAGE) {
    const { text, label, isDefault } = raw(name);
    if (!isDefault && label.endsWith(name)) problems.push(`${label}: "${text}" means nothing without the input image`);
  }
}
