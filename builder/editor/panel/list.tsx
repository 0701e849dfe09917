/** A list of rows that can be put in another order, by pointer and by keyboard. */

import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type DragEndEvent, type Modifier } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ArrowDown, ArrowUp, ChevronRight, Copy, Ellipsis, GripVertical, Plus, Trash2 } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { JsonSchema } from "../catalogue.ts";
import { t } from "../words.ts";
import { Field, ObjectFields, useWanted } from "./fields.tsx";
import { useForm, useSaidBelow } from "./form.ts";
import { Menu } from "./menu.tsx";
import { isObject, type Path } from "./path.ts";
import { blank, duplicated, shapeOf, type Shape } from "./schema.ts";
import { namedGroup, type WidgetProps } from "./widget.ts";

const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 });

export function List(props: WidgetProps) {
  const form = useForm();
  const { path, shape, label } = props;
  const items = Array.isArray(props.value) ? (props.value as readonly unknown[]) : [];
  const keys = useKeys(items);
  const [fresh, setFresh] = useState("");
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const item = shape.selector.item ?? t("Item");
  const schema = shape.items ?? {};

  const put = (next: readonly unknown[], nextKeys: readonly string[]) => {
    keys.current = [...nextKeys];
    form.set(path, next, label);
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= items.length || from === to) return;
    put(moved(items, from, to), moved(keys.current, from, to));
  };
  const insert = (at: number, value: unknown) => {
    const key = ownId(value) ?? newKey();
    setFresh(key);
    put(items.toSpliced(at, 0, value), keys.current.toSpliced(at, 0, key));
  };
  const remove = (at: number) => {
    keys.current = keys.current.toSpliced(at, 1);
    form.remove(path, items.toSpliced(at, 1), label);
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (over) move(keys.current.indexOf(String(active.id)), keys.current.indexOf(String(over.id)));
  };
  const place = (id: unknown) => keys.current.indexOf(String(id)) + 1;
  const values = { item, count: items.length };

  return (
    <div className="panel-list" role="group" {...namedGroup(props)}>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        modifiers={[upAndDown]}
        onDragEnd={onDragEnd}
        accessibility={{
          screenReaderInstructions: { draggable: t("Press space to lift, arrows to move, space to drop, Escape to leave it.") },
          announcements: {
            onDragStart: ({ active }) => t("{item} {place} of {count} is lifted.", { ...values, place: place(active.id) }),
            onDragOver: ({ over }) => (over ? t("Now at place {place} of {count}.", { ...values, place: place(over.id) }) : undefined),
            onDragEnd: ({ over }) => (over ? t("Dropped at place {place} of {count}.", { ...values, place: place(over.id) }) : undefined),
            onDragCancel: () => t("Left where it was."),
          },
        }}
      >
        <SortableContext items={[...keys.current]} strategy={verticalListSortingStrategy}>
          <ul className="panel-rows">
            {items.map((value, at) => (
              <Row
                key={keys.current[at]}
                sortId={keys.current[at] ?? ""}
                path={[...path, at]}
                list={shape}
                schema={schema}
                value={value}
                count={items.length}
                fresh={keys.current[at] === fresh}
                move={(by) => move(at, at + by)}
                duplicate={() => insert(at + 1, duplicated(value, schema, form.schema))}
                remove={() => remove(at)}
              />
            ))}
          </ul>
        </SortableContext>
      </DndContext>
      {!form.readOnly && (
        <button id={props.id} type="button" className="panel-add" aria-describedby={props.describedBy} onClick={() => insert(items.length, blank(schema, form.schema))}>
          <Plus size={14} aria-hidden />
          {shape.selector.add ?? t("Add")}
        </button>
      )}
    </div>
  );
}

interface RowProps {
  sortId: string;
  path: Path;
  list: Shape;
  schema: JsonSchema;
  value: unknown;
  count: number;
  fresh: boolean;
  move: (by: number) => void;
  duplicate: () => void;
  remove: () => void;
}

function Row({ sortId, path, list, schema, value, count, fresh, move, duplicate, remove }: RowProps) {
  const form = useForm();
  const shape = shapeOf(schema, form.schema);
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: sortId, disabled: form.readOnly });
  const title = list.selector.title;
  const rest = Object.entries(shape.properties ?? {}).filter(([name, part]) => name !== title && shapeOf(part, form.schema).kind !== "id");
  const everyday = rest.some(([, part]) => !shapeOf(part, form.schema).ui.more);
  const [open, setOpen] = useState(everyday && (fresh || count <= 3));
  const id = useId();
  const wrong = useSaidBelow(...rest.map(([name]) => [...path, name]));
  const at = Number(path.at(-1)) + 1;
  const name = t("{item} {place}", { item: list.selector.item ?? t("Item"), place: at });
  useWanted((wanted) => {
    if (rest.some(([field]) => wanted[path.length] === field) && path.every((step, place) => wanted[place] === step)) setOpen(true);
  });
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (fresh) head.current?.querySelector<HTMLElement>("input, select, textarea, [contenteditable=true]")?.focus();
  }, []);
  const titleSchema = title ? shape.properties?.[title] : undefined;

  return (
    <li ref={setNodeRef} className={isDragging ? "panel-row dragged" : "panel-row"} style={{ transform: CSS.Translate.toString(transform), transition }} aria-label={name}>
      <div className="panel-row-head">
        {!form.readOnly && (
          <button ref={setActivatorNodeRef} type="button" className="panel-grip" {...attributes} {...listeners} aria-label={t("Move {name}", { name })} title={t("Drag to another place")}>
            <GripVertical size={14} aria-hidden />
          </button>
        )}
        <div ref={head} className="panel-row-title">
          {titleSchema && title ? (
            <Field path={[...path, title]} schema={titleSchema} value={isObject(value) ? value[title] : undefined} label={`${name}: ${shapeOf(titleSchema, form.schema).title ?? title}`} bare />
          ) : (
            <Field path={path} schema={schema} value={value} label={name} bare />
          )}
        </div>
        {rest.length > 0 && (
          <button type="button" className="panel-icon-button panel-unfold" aria-label={t("More of {name}", { name })} title={t("More")} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            <ChevronRight size={14} aria-hidden />
            {wrong > 0 && !open && <span className="panel-dot" title={t("{count} problems", { count: wrong })} />}
          </button>
        )}
        {!form.readOnly && (
          <Menu
            label={t("Actions for {name}", { name })}
            face={<Ellipsis size={14} aria-hidden />}
            actions={[
              { label: t("Move up"), icon: <ArrowUp size={14} aria-hidden />, pick: () => move(-1), disabled: at === 1 },
              { label: t("Move down"), icon: <ArrowDown size={14} aria-hidden />, pick: () => move(1), disabled: at === count },
              { label: t("Duplicate"), icon: <Copy size={14} aria-hidden />, pick: duplicate },
              { label: t("Remove"), icon: <Trash2 size={14} aria-hidden />, pick: remove, danger: true },
            ]}
          />
        )}
      </div>
      {open && rest.length > 0 && (
        <div id={id} className="panel-row-body">
          <Rest path={path} shape={shape} value={value} title={title} everyday={everyday} />
        </div>
      )}
    </li>
  );
}

/** The other fields of a row. Where all of them are rare, unfolding the row has asked for them. */
function Rest({ path, shape, value, title, everyday }: { path: Path; shape: Shape; value: unknown; title?: string; everyday: boolean }) {
  const form = useForm();
  if (everyday) return <ObjectFields path={path} shape={shape} value={value} but={title ? [title] : []} />;
  const values = isObject(value) ? value : {};
  const fields = Object.entries(shape.properties ?? {}).filter(([name]) => name !== title);
  return (
    <div className="panel-fields">
      {fields.map(([name, schema]) => shapeOf(schema, form.schema).kind !== "id" && <Field key={name} path={[...path, name]} schema={schema} value={values[name]} />)}
    </div>
  );
}

function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  next.splice(to, 0, one as T);
  return next;
}

let made = 0;

function newKey(): string {
  made += 1;
  return `row-${made}`;
}

function ownId(item: unknown): string | undefined {
  return isObject(item) && typeof item.id === "string" ? item.id : undefined;
}

/** A key for each row that goes along when the row moves: an item's own id, else a made one. */
function useKeys(items: readonly unknown[]) {
  const keys = useRef<string[]>([]);
  const ids = items.map(ownId);
  const next = items.map((_, at) => ids[at] ?? keys.current[at] ?? newKey());
  keys.current = next.map((key, at) => (next.indexOf(key) === at ? key : newKey())); // repeated ids
  return keys;
}
