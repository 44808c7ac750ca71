import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { baseChoices } from "../../core/lab/new-image/base-choices.ts";
import { type Framework, type NewImage, newNameFault } from "../../core/lab/new-image/new-image.ts";

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Why somebody wants an image of their own: the guide's list, and its advice where nothing of it holds. */
export type Reason = "os" | "library" | "compiles" | "publish" | "packages";

/** The guide's question: "Do I need a custom image?" */
export async function askReason(): Promise<Reason | undefined> {
  const items: Choice<Reason>[] = [
    {
      value: "library",
      label: vscode.l10n.t("A large library"),
      detail: vscode.l10n.t("JAX instead of PyTorch, or another CUDA"),
    },
    {
      value: "compiles",
      label: vscode.l10n.t("Something that takes a while to compile"),
      detail: vscode.l10n.t("colmap, pytorch3d, a CUDA extension: compiled once, in a stage of its own"),
    },
    { value: "os", label: vscode.l10n.t("A certain version of the operating system") },
    {
      value: "publish",
      label: vscode.l10n.t("A finished project to publish"),
      detail: vscode.l10n.t("with all its dependencies, so that others get the same results"),
    },
    {
      value: "packages",
      label: vscode.l10n.t("Some more Python packages"),
      detail: vscode.l10n.t("No image needed: a requirements.txt, installed when the job starts"),
    },
  ];
  return pick(items, vscode.l10n.t("Do you need an image of your own? What for?"));
}

/** What the image is called, builds on and holds; undefined as soon as a question is dismissed. */
export async function askNewImage(
  lab: Lab,
  reason: Exclude<Reason, "packages">,
): Promise<NewImage | undefined> {
  const name = await vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t("The image's name, and its folder's"),
    placeHolder: "colmap",
    validateInput: (value) => newNameFault(value.trim(), lab.imageNames),
  });
  if (name === undefined) return undefined;
  const base = await pick(baseItems(lab), vscode.l10n.t("What does it build on?"));
  if (!base) return undefined;
  const framework = base.labBase
    ? "none"
    : await pick(frameworkItems(), vscode.l10n.t("What comes with it?"));
  if (!framework) return undefined;
  return { name: name.trim(), framework, compiles: reason === "compiles", ...base };
}

type Base = Pick<NewImage, "base" | "labBase">;

function baseItems(lab: Lab): Choice<Base>[] {
  const driver = lab.values.gpuDriver;
  const own = lab.imageNames.map((labBase) => ({
    value: { base: lab.referenceOf(labBase), labBase },
    label: labBase,
    description: vscode.l10n.t("an image of this lab"),
  }));
  const cuda = baseChoices(driver).map(({ reference, cuda, os, native }) => ({
    value: { base: reference },
    label: `CUDA ${cuda}, ${os.replace("ubuntu", "Ubuntu ")}`,
    description: reference,
    ...(native || driver === undefined
      ? {}
      : { detail: vscode.l10n.t("on driver {0} through minor-version compatibility", driver) }),
  }));
  return [...own, ...cuda];
}

function frameworkItems(): Choice<Framework>[] {
  return [
    { value: "pytorch", label: "PyTorch" },
    { value: "jax", label: "JAX" },
    { value: "tensorflow", label: "TensorFlow" },
    { value: "none", label: vscode.l10n.t("Python alone") },
  ];
}

async function pick<T>(items: readonly Choice<T>[], placeHolder: string): Promise<T | undefined> {
  const options = { title: title(), placeHolder, matchOnDescription: true, ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.value;
}

function title(): string {
  return vscode.l10n.t("New image");
}
